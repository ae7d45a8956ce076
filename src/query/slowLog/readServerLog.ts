import type { Server } from '../../cluster/server.js';
import type { Need, Reason, Row, Status } from '../../inspect/section.js';
import { ask, type AskOptions } from '../ask.js';
import { LogReader } from './log/logReader.js';
import {
  formatWritten,
  gapsOf,
  LOG_SETTINGS,
  segmentsOf,
  type LogFile,
  type Segment,
} from './log/logStanding.js';
import { SlowCollector, type CollectorWish } from './log/slowCollector.js';
import { logBytes, logFolder } from './logSections.js';
import type { SlowLogRead } from './slowLogData.js';

/** Bytes of one read: few round trips, little memory on either side. */
const CHUNK_BYTES = 4 * 1024 ** 2;

/** What a first look at the server asks for it. */
export const LOG_NEEDS: readonly { readonly needs: readonly Need[] }[] = [
  logFolder,
  logBytes,
  { needs: LOG_SETTINGS.map((name) => ({ kind: 'setting', name, without: 'noted', loses: 'nothing' })) },
];

/** What became of a log. */
export interface LogOutcome {
  readonly status: Status;
  readonly reason: Reason | null;
  readonly message: string | null;
  /** Null where nothing was read. */
  readonly collected: SlowCollector | null;
  readonly read: SlowLogRead | null;
}

function unreadLog(status: Status, reason: Reason, message: string): LogOutcome {
  return { status, reason, message, collected: null, read: null };
}

/** Reads the end of the server's log over SQL, no more than `mostBytes` of it. Never throws for what the server says. */
export async function readServerLog(
  server: Server,
  wish: Omit<CollectorWish, 'timeZone'> & { readonly mostBytes: number },
  options: Pick<AskOptions, 'redactLiterals' | 'budget'>,
): Promise<LogOutcome> {
  const { settings } = server.facts;
  if (settings['logging_collector'] !== 'on') {
    const message = 'logging_collector is off: the log goes to where the server was started; give --log-file';
    return unreadLog('skipped', 'setting_off', message);
  }
  const format = formatWritten(settings);
  if (format === null) {
    const message = `log_destination is ${settings['log_destination'] ?? 'hidden'}: there is no log that SQL could read`;
    return unreadLog('skipped', 'setting_off', message);
  }
  const listed = (await ask(server, [logFolder], options)).of(logFolder);
  if (listed.status !== 'ok') {
    return unreadLog(
      listed.status,
      listed.reason ?? 'error',
      listed.message ?? 'the log folder cannot be read',
    );
  }
  const folder = settings['log_directory'];
  if (folder === undefined) {
    return unreadLog('skipped', 'no_privilege', 'log_directory is hidden: pg_read_all_settings shows it');
  }
  const { segments, skippedBytes } = segmentsOf(
    listed.rows.map(fileOf),
    format,
    wish.mostBytes,
    wish.sinceMs,
  );
  const timeZone = settings['log_timezone'] ?? null;
  const collector = new SlowCollector({ ...wish, timeZone });
  const reader = new LogReader(format, collector.take, settings['log_line_prefix'] ?? '');
  const failed = await readSegments(server, folder, segments, reader, options);
  if (failed !== null) return failed;
  const gaps = gapsOf(settings, wish.thresholdMs);
  return {
    status: gaps.length === 0 ? 'ok' : 'partial',
    reason: gaps[0]?.reason ?? null,
    message: gaps.length === 0 ? null : gaps.map(({ message }) => message).join('; '),
    collected: collector,
    read: {
      place: 'server',
      ...readOf(reader, collector),
      format,
      files: segments.map(({ name }) => name),
      bytes_skipped: skippedBytes,
    },
  };
}

function fileOf(row: Row): LogFile {
  return {
    name: String(row['name']),
    sizeBytes: Number(row['size_bytes']),
    modifiedAt: String(row['modified_at']),
  };
}

/** @returns what to tell when a part could not be read; null when all were */
async function readSegments(
  server: Server,
  folder: string,
  segments: readonly Segment[],
  reader: LogReader,
  options: Pick<AskOptions, 'redactLiterals' | 'budget'>,
): Promise<LogOutcome | null> {
  for (const { name, offset, length } of segments) {
    reader.nextFile(offset > 0);
    for (let done = 0; done < length; done += CHUNK_BYTES) {
      const given = {
        file: `${folder}/${name}`,
        offset: offset + done,
        length: Math.min(CHUNK_BYTES, length - done),
      };
      const part = (await ask(server, [logBytes], { ...options, given })).of(logBytes);
      if (part.status !== 'ok') return unreadLog(part.status, part.reason ?? 'error', part.message ?? name);
      reader.take(Buffer.from((part.rows[0]?.['content'] ?? '') as string, 'base64'));
    }
  }
  reader.end();
  return null;
}

/** What a reader and a collector have to say of what they read. */
export function readOf(
  reader: LogReader,
  collector: SlowCollector,
): Pick<SlowLogRead, 'bytes_read' | 'unreadable_lines' | 'executions' | 'from' | 'to'> {
  return {
    bytes_read: reader.bytes,
    unreadable_lines: reader.unreadable,
    executions: collector.timed,
    from: collector.from,
    to: collector.to,
  };
}
