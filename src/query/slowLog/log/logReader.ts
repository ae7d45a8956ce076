import { CsvLogParser } from './csvLog.js';
import { JsonLogParser } from './jsonLog.js';
import { LONGEST_RECORD, type Found, type LogParser } from './logRecord.js';
import { StderrLogParser } from './stderrLog.js';

export const LOG_FORMATS = ['jsonlog', 'csvlog', 'stderr'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The format that a first line is in. */
export function formatOf(line: string): LogFormat {
  if (line.startsWith('{')) return 'jsonlog';
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [^,\s]+,(?:"|,)/.test(line) ? 'csvlog' : 'stderr';
}

function parserFor(format: LogFormat, found: Found, logLinePrefix: string): LogParser {
  if (format === 'jsonlog') return new JsonLogParser(found);
  return format === 'csvlog' ? new CsvLogParser(found) : new StderrLogParser(found, logLinePrefix);
}

/**
 * Takes the bytes of a log in pieces of any size and hands its records on. UTF-8; bytes that are none become U+FFFD.
 * The log is one after the other of its files: {@link nextFile} is told where one ends.
 */
export class LogReader {
  bytes = 0;
  format: LogFormat | null;
  readonly #found: Found;
  readonly #prefix: string;
  #decoder = new TextDecoder();
  #parser: LogParser | null = null;
  #rest = '';
  #unreadable = 0;
  /** Whether the rest of the current line is not wanted: the start of one that was cut off, or the end of a huge one. */
  #skips = false;

  /** @param format null: by the first line */
  constructor(format: LogFormat | null, found: Found, logLinePrefix: string) {
    this.format = format;
    this.#found = found;
    this.#prefix = logLinePrefix;
  }

  /** Lines that belong to no record that can be read. */
  get unreadable(): number {
    return this.#unreadable + (this.#parser?.unreadable ?? 0);
  }

  /** @param isCut whether it is read from the middle, so that its first line is the end of one */
  nextFile(isCut: boolean): void {
    this.end();
    this.#skips = isCut;
  }

  take(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.#takeText(this.#decoder.decode(bytes, { stream: true }));
  }

  end(): void {
    this.#takeText(this.#decoder.decode());
    this.#decoder = new TextDecoder();
    if (this.#rest !== '' && !this.#skips) this.#line(this.#rest);
    this.#rest = '';
    this.#parser?.end();
    this.#unreadable = this.unreadable;
    this.#parser = null;
  }

  #takeText(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = this.#rest + text.slice(from, Math.min(end, from + LONGEST_RECORD));
      this.#rest = '';
      from = end + 1;
      if (this.#skips) this.#skips = false;
      else this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
    if (this.#skips) return;
    this.#rest += text.slice(from, from + LONGEST_RECORD + 1);
    if (this.#rest.length > LONGEST_RECORD) {
      this.#line(this.#rest);
      this.#rest = '';
      this.#skips = true;
    }
  }

  #line(text: string): void {
    this.format ??= formatOf(text);
    this.#parser ??= parserFor(this.format, this.#found, this.#prefix);
    this.#parser.line(text);
  }
}
