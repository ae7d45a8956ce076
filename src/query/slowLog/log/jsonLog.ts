import { nameOrNull, queryIdOrNull, tellsParameters, type Found, type LogParser } from './logRecord.js';

/** Keys of jsonlog that are read here (PostgreSQL 15 and later). */
interface JsonLine {
  readonly timestamp?: string;
  readonly user?: string;
  readonly dbname?: string;
  readonly pid?: number;
  readonly remote_host?: string;
  readonly session_id?: string;
  readonly error_severity?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly application_name?: string;
}

/** query_id is wider than what JSON.parse keeps: it is taken from the text; a quote before it would be escaped. */
const QUERY_ID = /,"query_id":(-?\d+)\}?\s*$/;

/** Reads jsonlog: a record is a line. */
export class JsonLogParser implements LogParser {
  unreadable = 0;
  readonly #found: Found;

  constructor(found: Found) {
    this.#found = found;
  }

  line(text: string): void {
    const entry = parsed(text);
    if (entry?.timestamp === undefined || entry.error_severity === undefined) {
      this.unreadable++;
      return;
    }
    this.#found({
      time: entry.timestamp,
      session: entry.session_id ?? (entry.pid === undefined ? null : String(entry.pid)),
      pid: entry.pid ?? null,
      user: nameOrNull(entry.user),
      database: nameOrNull(entry.dbname),
      application: nameOrNull(entry.application_name),
      client: nameOrNull(entry.remote_host),
      severity: entry.error_severity,
      message: entry.message ?? '',
      hasParameters: tellsParameters(entry.detail ?? ''),
      queryId: queryIdOrNull(QUERY_ID.exec(text)?.[1]),
    });
  }

  end(): void {
    // A record never spans lines.
  }
}

function parsed(text: string): JsonLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
