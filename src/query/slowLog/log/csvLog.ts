import {
  LONGEST_RECORD,
  nameOrNull,
  numberOrNull,
  queryIdOrNull,
  tellsParameters,
  type Found,
  type LogParser,
} from './logRecord.js';

/**
 * Where csvlog has what is read here. 12 writes 23 columns, 13 a 24th (backend_type), 14 and later 26 (leader_pid,
 * query_id): the first 23 stay, so that the number of columns is not asked for.
 * Source: PostgreSQL manual, "Using CSV-Format Log Output".
 */
const AT = {
  time: 0,
  user: 1,
  database: 2,
  pid: 3,
  client: 4,
  session: 5,
  severity: 11,
  message: 13,
  detail: 14,
  application: 22,
  queryId: 25,
} as const;
const LEAST_COLUMNS = 23;

/** Every record begins with its time: so the reader finds its way after a start in the middle of one. */
const BEGINNING = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [^,]+,/;

/**
 * Reads csvlog. Its own twenty lines, and no package, because a log is read from the middle: what is cut off at the
 * beginning must cost one record, and a CSV reader would take the rest of the file for one quoted value.
 */
export class CsvLogParser implements LogParser {
  unreadable = 0;
  readonly #found: Found;
  #lines: string[] = [];
  #length = 0;
  #isOpen = false;

  constructor(found: Found) {
    this.#found = found;
  }

  line(text: string): void {
    if (this.#lines.length === 0 && !BEGINNING.test(text)) {
      this.unreadable++;
      return;
    }
    this.#length += text.length + 1;
    if (this.#length <= LONGEST_RECORD || this.#lines.length === 0) this.#lines.push(text);
    if (quotesIn(text) % 2 === 1) this.#isOpen = !this.#isOpen;
    if (!this.#isOpen) this.#finish();
  }

  end(): void {
    if (this.#lines.length > 0) this.unreadable++;
  }

  #finish(): void {
    const fields = fieldsOf(this.#lines.join('\n'));
    this.#lines = [];
    this.#length = 0;
    if (fields.length < LEAST_COLUMNS) {
      this.unreadable++;
      return;
    }
    const at = (name: keyof typeof AT): string | undefined => fields[AT[name]];
    this.#found({
      time: at('time') ?? '',
      session: at('session') ?? null,
      pid: numberOrNull(at('pid')),
      user: nameOrNull(at('user')),
      database: nameOrNull(at('database')),
      application: nameOrNull(at('application')),
      client: nameOrNull(at('client')?.replace(/:\d+$/, '')),
      severity: at('severity') ?? '',
      message: at('message') ?? '',
      hasParameters: tellsParameters(at('detail') ?? ''),
      queryId: queryIdOrNull(at('queryId')),
    });
  }
}

function quotesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/gy;

/** The values of one record. */
function fieldsOf(record: string): string[] {
  const fields: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < record.length) {
    const match = FIELD.exec(record);
    if (match === null) return [];
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  }
  // A record that ends with a comma has one more, empty, column.
  return record.endsWith(',') ? [...fields, ''] : fields;
}
