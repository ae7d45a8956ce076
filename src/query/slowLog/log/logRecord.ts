/** One message of a server's log, whatever format it was written in. */
export interface LogRecord {
  /** As it was written: local time and zone, or seconds since the epoch. */
  readonly time: string;
  /** What tells sessions apart: session id, or pid; null where the log has neither. */
  readonly session: string | null;
  readonly pid: number | null;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
  readonly client: string | null;
  readonly severity: string;
  readonly message: string;
  /** Whether values of parameters were logged with it; they are never kept. */
  readonly hasParameters: boolean;
  readonly queryId: string | null;
}

/** Takes a log line by line. A record may have several lines: it is given to `found` when it is complete. */
export interface LogParser {
  line(text: string): void;
  /** After the last line. */
  end(): void;
  /** Lines that belong to no record that it can read. */
  readonly unreadable: number;
}

export type Found = (record: LogRecord) => void;

/** A record of many lines is read no further than this: a log must not fill the memory. */
export const LONGEST_RECORD = 1024 ** 2;

/** In the log `[unknown]` and nothing stand for a name that there is not. */
export function nameOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' || text === '[unknown]' ? null : text;
}

export function numberOrNull(text: string | undefined): number | null {
  return text === undefined || !/^\d+$/.test(text) ? null : Number(text);
}

/** `parameters: $1 = …`, `Parameters: …` since 18. */
export function tellsParameters(detail: string): boolean {
  return /^parameters: /i.test(detail);
}

/** 0 is what the server writes when it computed no identifier. */
export function queryIdOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' || text === '0' ? null : text;
}
