import type { ConnectionWarning } from './plan.js';
import { statOrNull, type FileReader } from './surroundings.js';

/** What one line of the password file is compared with. */
export interface PassfileKey {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** The lines of a password file that libpq would read, and why it would not. */
export interface Passfile {
  readonly lines: readonly string[];
  readonly warning: ConnectionWarning | null;
}

const EMPTY: Passfile = { lines: [], warning: null };

/**
 * Reads a password file with libpq's rule: what is no plain file, or what group or world may touch, is not read and a
 * warning tells so. A file that is missing or unreadable is no password and no warning.
 */
export function readPassfile(path: string, files: FileReader): Passfile {
  const facts = statOrNull(files, path);
  if (facts === null) return EMPTY;
  if (facts.kind !== 'file') return ignored(`password file "${path}" is not a plain file`);
  if ((facts.mode & 0o077) !== 0) {
    return ignored(`password file "${path}" has group or world access; it is not read`, `chmod 0600 ${path}`);
  }
  try {
    return { lines: files.read(path).toString('utf8').split(/\r?\n/), warning: null };
  } catch {
    return EMPTY;
  }
}

function ignored(message: string, hint?: string): Passfile {
  return {
    lines: [],
    warning: { code: 'passfile_ignored', message, ...(hint === undefined ? {} : { hint }) },
  };
}

/** Returns the password of the first line that matches, as the manual's "libpq: The Password File" has it. */
export function findPassword(passfile: Passfile, key: PassfileKey): string | undefined {
  const wanted = [key.host, String(key.port), key.database, key.user];
  for (const line of passfile.lines) {
    if (line === '' || line.startsWith('#')) continue;
    const rest = afterMatch(line, wanted);
    // As in libpq, the password ends at a colon that is not escaped.
    if (rest !== null) return unescaped(/^(?:\\.|[^:])*/.exec(rest)?.[0] ?? '');
  }
  return undefined;
}

/** Walks along the four fields; null when one differs. A field is `*` or the escaped value. */
function afterMatch(line: string, wanted: readonly string[]): string | null {
  let rest = line;
  for (const value of wanted) {
    const field = /^((?:\\.|[^\\:])*):/.exec(rest);
    if (field === null) return null;
    if (field[1] !== '*' && unescaped(field[1] ?? '') !== value) return null;
    rest = rest.slice(field[0].length);
  }
  return rest;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
