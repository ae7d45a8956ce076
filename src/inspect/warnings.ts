import type { Samples } from './inspect.js';
import type { SectionResult } from './snapshot.js';

type Warn = (code: string, message: string, subject: string) => void;

/** What callers should notice without reading every section: what failed, what was cut short, what was not sampled. */
export function warnOfSections({ first, second }: Samples, delta: boolean, warn: Warn): void {
  if (delta && second === null) {
    warn('second_sample_missing', 'the second sample was not taken: there are no rates', 'computed');
  }
  for (const [id, result] of Object.entries((second ?? first).sections)) {
    const code = warningCode(result);
    if (code !== null) warn(code, result.message ?? `the section is ${result.status}`, id);
  }
  for (const { database, status, message } of (second ?? first).databases) {
    if (status !== 'ok') warn(`database_${status}`, message ?? `the database is ${status}`, database);
  }
}

/** Absence by version is no news; everything else that a section does not show is. */
function warningCode({ status, reason }: SectionResult): string | null {
  if (status === 'ok' || reason === 'server_too_old') return null;
  return `section_${status}`;
}
