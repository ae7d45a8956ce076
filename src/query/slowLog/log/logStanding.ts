import type { Reason, Status } from '../../../inspect/section.js';
import type { LogFormat } from './logReader.js';

/** Settings that say what is logged, how and where. */
export const LOG_SETTINGS = [
  'logging_collector',
  'log_destination',
  'log_directory',
  'log_line_prefix',
  'log_timezone',
  'lc_messages',
  'log_min_duration_statement',
  'log_min_duration_sample',
  'log_statement_sample_rate',
  'log_duration',
  'auto_explain.log_min_duration',
  'auto_explain.sample_rate',
] as const;

export type LogSettings = Readonly<Record<string, string>>;

/** What a log cannot tell, because it was not told. */
export interface Gap {
  readonly status: Extract<Status, 'partial' | 'skipped'>;
  readonly reason: Reason;
  readonly message: string;
}

/**
 * Which executions over the threshold this server does not log, by the settings of a new session: a role or database
 * may have others. A setting that the server does not have, or hides, is no gap.
 */
export function gapsOf(settings: LogSettings, thresholdMs: number): Gap[] {
  return [durationGap(settings, thresholdMs), languageGap(settings)].filter((gap) => gap !== null);
}

function durationGap(settings: LogSettings, thresholdMs: number): Gap | null {
  const least = Number(settings['log_min_duration_statement'] ?? 0);
  if (settings['log_duration'] === 'on') return null;
  if (least >= 0 && least <= thresholdMs) return null;
  const told = (message: string): Gap => ({ status: 'partial', reason: 'setting_off', message });
  const others = otherSources(settings, thresholdMs);
  const seen = others === '' ? '' : `; ${others}`;
  if (least < 0) return told(`log_min_duration_statement is -1: it logs no slow statement${seen}`);
  return told(
    `log_min_duration_statement is ${String(least)} ms: executions between ${String(thresholdMs)} ms and that are not logged${seen}`,
  );
}

function otherSources(settings: LogSettings, thresholdMs: number): string {
  const names = ['auto_explain.log_min_duration', 'log_min_duration_sample'].filter((name) => {
    const least = Number(settings[name] ?? -1);
    return least >= 0 && least <= thresholdMs;
  });
  return names.length === 0
    ? ''
    : `${names.join(' and ')} ${names.length === 1 ? 'logs' : 'log'} some of them`;
}

function languageGap(settings: LogSettings): Gap | null {
  const language = settings['lc_messages'] ?? '';
  if (/^(?:C(?:\..*)?|POSIX|en|english).*$/i.test(language) || language === '') return null;
  const message = `lc_messages is ${language}: messages are understood in English only`;
  return { status: 'partial', reason: 'setting_off', message };
}

/** The best format the server writes: the one that needs least guessing. null: it writes no file that SQL could read. */
export function formatWritten({ log_destination: destination = 'stderr' }: LogSettings): LogFormat | null {
  const kinds = destination.split(',').map((kind) => kind.trim());
  return (['jsonlog', 'csvlog', 'stderr'] as const).find((format) => kinds.includes(format)) ?? null;
}

/** A file of the log folder. */
export interface LogFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** ISO 8601 UTC. */
  readonly modifiedAt: string;
}

/** A part of a file that is to be read. */
export interface Segment {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/** Names that the logging collector gives files of a format. */
const NAMED: Readonly<Record<LogFormat, (name: string) => boolean>> = {
  jsonlog: (name) => name.endsWith('.json'),
  csvlog: (name) => name.endsWith('.csv'),
  stderr: (name) => !/\.(?:json|csv|gz|bz2|zst|xz)$/.test(name),
};

/**
 * What to read of the files, oldest first: the last `mostBytes` of them, rotated files included, and none that was
 * last written before `sinceMs`.
 * @returns and how many bytes are left unread
 */
export function segmentsOf(
  files: readonly LogFile[],
  format: LogFormat,
  mostBytes: number,
  sinceMs: number | null,
): { segments: Segment[]; skippedBytes: number } {
  const wanted = files
    .filter(
      ({ name, modifiedAt }) =>
        NAMED[format](name) && (sinceMs === null || Date.parse(modifiedAt) >= sinceMs),
    )
    .sort((a, b) => b.modifiedAt.localeCompare(a.modifiedAt) || b.name.localeCompare(a.name));
  const segments: Segment[] = [];
  let left = mostBytes;
  let skippedBytes = 0;
  for (const { name, sizeBytes } of wanted) {
    const length = Math.min(left, sizeBytes);
    skippedBytes += sizeBytes - length;
    left -= length;
    if (length > 0) segments.unshift({ name, offset: sizeBytes - length, length });
  }
  return { segments, skippedBytes };
}
