import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { asError, PgdbaError } from '../../core/errors.js';
import { LogReader } from './log/logReader.js';
import { gapsOf, type LogSettings } from './log/logStanding.js';
import { SlowCollector, type CollectorWish } from './log/slowCollector.js';
import { readOf, type LogOutcome } from './readServerLog.js';

/** What PostgreSQL has by itself. */
const DEFAULT_PREFIX = '%m [%p] ';

/**
 * Streams a local log, in memory that does not grow with it.
 * @param settings of the server that is connected to; `prefix` beats its log_line_prefix
 * @throws PgdbaError `invalid_input` when the file cannot be read, or holds nothing of a log
 */
export async function readLogFile(
  file: string,
  settings: LogSettings,
  prefix: string | undefined,
  wish: Omit<CollectorWish, 'timeZone'>,
): Promise<LogOutcome> {
  const collector = new SlowCollector({ ...wish, timeZone: settings['log_timezone'] ?? null });
  const used = prefix ?? settings['log_line_prefix'] ?? DEFAULT_PREFIX;
  const reader = new LogReader(null, countRecords(collector.take), used);
  let records = 0;
  function countRecords(take: SlowCollector['take']): SlowCollector['take'] {
    return (record) => {
      records++;
      take(record);
    };
  }
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 ** 2 }) as AsyncIterable<Buffer>) {
      reader.take(chunk);
    }
  } catch (error) {
    throw new PgdbaError('invalid_input', `${file} cannot be read: ${asError(error).message}`, {
      cause: error,
    });
  }
  reader.end();
  if (records === 0 && reader.bytes > 0) {
    throw new PgdbaError(
      'invalid_input',
      `${file} holds no message of a log with log_line_prefix = '${used}'`,
      {
        hint: 'Give the log_line_prefix that it was written with: --log-line-prefix.',
      },
    );
  }
  const gaps = gapsOf(settings, wish.thresholdMs);
  const undated = collector.undated;
  const messages = [
    ...gaps.map(({ message }) => message),
    ...(undated === 0
      ? []
      : [`${String(undated)} executions were kept although their time zone, and so their age, is not known`]),
  ];
  return {
    status: messages.length === 0 ? 'ok' : 'partial',
    reason: gaps[0]?.reason ?? null,
    message: messages.length === 0 ? null : messages.join('; '),
    collected: collector,
    read: {
      place: 'file',
      ...readOf(reader, collector),
      format: reader.format,
      files: [basename(file)],
      bytes_skipped: 0,
    },
  };
}
