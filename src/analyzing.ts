import type { Readable } from 'node:stream';
import { PgdbaError } from './core/errors.js';
import { readInput } from './inputFile.js';
import type { AnalyzeWish } from './query/analyze/analyze.js';
import { readComparedPlan } from './query/analyze/comparePlans.js';

/** The flags of query analyze, as parsed. */
interface AnalyzeFlags {
  readonly sql?: string | undefined;
  readonly file?: string | undefined;
  readonly queryid?: string | undefined;
  readonly analyze: boolean;
  readonly 'allow-write': boolean;
  readonly param?: readonly string[] | undefined;
  readonly generic: boolean;
  readonly 'search-path'?: string | undefined;
  readonly compare?: string | undefined;
  readonly limit: number;
  readonly 'redact-literals': boolean;
}

const SOURCES = 'one of --sql, --file, --queryid and - (stdin) must be given, and only one';

/**
 * What the flags ask of query analyze, with the files that they name read.
 * @param argument what was given beside the flags: - for stdin
 * @throws PgdbaError `usage`, `invalid_input`
 */
export async function statementWish(
  flags: AnalyzeFlags,
  argument: string | undefined,
  stdin: Readable,
): Promise<AnalyzeWish> {
  if (argument !== undefined && argument !== '-') {
    throw new PgdbaError('usage', `unexpected argument: ${argument}`, {
      hint: 'The statement goes into --sql.',
    });
  }
  const file = flags.file ?? argument;
  const given = [flags.sql, flags.file, argument, flags.queryid].filter((source) => source !== undefined);
  if (given.length !== 1) throw new PgdbaError('usage', SOURCES);
  if (flags['allow-write'] && !flags.analyze) throw new PgdbaError('usage', '--allow-write needs --analyze');
  if (file === '-' && flags.compare === '-') throw new PgdbaError('usage', 'stdin can be read only once');
  const statement =
    flags.queryid === undefined
      ? { text: flags.sql ?? (await readInput(file ?? '-', stdin)) }
      : { queryid: queryid(flags.queryid) };
  return {
    statement,
    executes: flags.analyze,
    allowWrite: flags['allow-write'],
    generic: flags.generic,
    values: (flags.param ?? []).map((value) => (value === '\\N' ? null : value)),
    searchPath: flags['search-path'] ?? null,
    limit: flags.limit,
    redactLiterals: flags['redact-literals'],
    compared: flags.compare === undefined ? null : readComparedPlan(await readInput(flags.compare, stdin)),
  };
}

const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];

/** A queryid is any 64-bit integer but 0. */
function queryid(text: string): string {
  if (/^-?\d{1,19}$/.test(text) && BigInt(text) >= LEAST && BigInt(text) <= MOST) return text;
  throw new PgdbaError('usage', `"${text}" is not a queryid`);
}
