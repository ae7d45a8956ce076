import {
  LONGEST_RECORD,
  nameOrNull,
  numberOrNull,
  queryIdOrNull,
  tellsParameters,
  type Found,
  type LogParser,
  type LogRecord,
} from './logRecord.js';

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})? \S+`;

/**
 * What each escape of log_line_prefix writes; names in brackets are what is read.
 * Source: PostgreSQL manual, "log_line_prefix".
 */
const ESCAPES: Readonly<Record<string, string>> = {
  a: '(?<application>.*?)',
  u: '(?<user>.*?)',
  d: '(?<database>.*?)',
  r: String.raw`(?<remote>.*?(?:\(\d+\))?)`,
  h: '(?<client>.*?)',
  L: '.*?',
  b: '.*?',
  p: String.raw`(?<pid>\d+)`,
  P: String.raw`\d*`,
  t: `(?<time>${TIME})`,
  m: `(?<time>${TIME})`,
  n: String.raw`(?<time>\d+\.\d{3})`,
  i: '.*?',
  e: '[0-9A-Z]{5}',
  c: String.raw`(?<session>[0-9a-f]+\.[0-9a-f]+)`,
  l: String.raw`\d+`,
  s: TIME,
  v: String.raw`[\d/-]*`,
  x: String.raw`\d+`,
  Q: '(?<queryId>-?\\d+)',
  '%': '%',
};

const SEVERITY = String.raw`(?<severity>[A-Z]+\d?):  (?:[0-9A-Z]{5}: )?`;
/** What is written after a message, about it. */
const ADDENDA = new Set(['DETAIL', 'HINT', 'QUERY', 'CONTEXT', 'STATEMENT', 'LOCATION', 'BACKTRACE']);
/** No prefix is longer; so a long line that fits none costs little. */
const LONGEST_PREFIX = 1000;

/** The beginning of a line that this log_line_prefix writes. An escape that stands twice is read once. */
export function prefixPattern(prefix: string): RegExp {
  const named = new Set<string>();
  const state = { isOptional: false };
  const pattern = prefix.replace(
    /%(-?\d+)?([A-Za-z%])|[^%]|%/g,
    (written, padding?: string, letter?: string) => {
      if (letter === 'q') {
        // A process without a session writes nothing from here on.
        if (state.isOptional) return '';
        state.isOptional = true;
        return '(?:';
      }
      if (letter === undefined) return written.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
      const escape = onlyOnce(ESCAPES[letter] ?? '', named);
      return padding === undefined ? escape : ` *${escape} *`;
    },
  );
  return new RegExp(`^${pattern}${state.isOptional ? ')?' : ''}${SEVERITY}`);
}

function onlyOnce(pattern: string, named: Set<string>): string {
  return pattern.replace(/\(\?<(\w+)>/, (group, name: string) => {
    if (named.has(name)) return '(?:';
    named.add(name);
    return group;
  });
}

/** Reads the server's stderr log: a record begins with log_line_prefix, its further lines with a tab. */
export class StderrLogParser implements LogParser {
  unreadable = 0;
  readonly #found: Found;
  readonly #prefix: RegExp;
  #record: LogRecord | null = null;
  #lines: string[] = [];
  #length = 0;

  constructor(found: Found, logLinePrefix: string) {
    this.#found = found;
    this.#prefix = prefixPattern(logLinePrefix);
  }

  line(text: string): void {
    if (text.startsWith('\t')) {
      this.#length += text.length;
      if (this.#length <= LONGEST_RECORD) this.#lines.push(text.slice(1));
      return;
    }
    const match = this.#prefix.exec(text.slice(0, LONGEST_PREFIX));
    if (match === null) {
      if (text !== '') this.unreadable++;
      return;
    }
    const { groups = {} } = match;
    const rest = text.slice(match[0].length);
    if (ADDENDA.has(groups['severity'] ?? '')) this.#addendum(groups['severity'] ?? '', rest);
    else this.#begin(groups, rest);
  }

  end(): void {
    if (this.#record !== null) this.#found({ ...this.#record, message: this.#lines.join('\n') });
    this.#record = null;
    this.#lines = [];
  }

  #begin(groups: Readonly<Record<string, string | undefined>>, message: string): void {
    this.end();
    const { pid, session, remote } = groups;
    this.#record = {
      time: groups['time'] ?? '',
      session: session ?? pid ?? null,
      pid: numberOrNull(pid) ?? pidOfSession(session),
      user: nameOrNull(groups['user']),
      database: nameOrNull(groups['database']),
      application: nameOrNull(groups['application']),
      client: nameOrNull(groups['client'] ?? remote?.replace(/\(\d+\)$/, '')),
      severity: groups['severity'] ?? '',
      message: '',
      hasParameters: false,
      queryId: queryIdOrNull(groups['queryId']),
    };
    this.#lines = [message];
    this.#length = message.length;
  }

  /** Its message is complete: what follows it belongs to the addendum, of which nothing is kept. */
  #addendum(kind: string, text: string): void {
    if (this.#record === null) return;
    const hasParameters = this.#record.hasParameters || (kind === 'DETAIL' && tellsParameters(text));
    this.#record = { ...this.#record, hasParameters };
    this.#length = Infinity;
  }
}

/** %c is the session's start and its pid, in hexadecimal. */
function pidOfSession(session: string | undefined): number | null {
  const pid = session?.split('.')[1];
  return pid === undefined ? null : Number.parseInt(pid, 16);
}
