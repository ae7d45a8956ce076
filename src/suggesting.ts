import type { Readable } from 'node:stream';
import { PgdbaError } from './core/errors.js';
import { readInput } from './inputFile.js';
import type { SuggestWish } from './query/indexSuggest/answer/adviceParts.js';
import { type Workload, workloadOf } from './query/indexSuggest/workload.js';

/** The flags of query index-suggest, as parsed. */
interface SuggestFlags {
  readonly table?: string | undefined;
  readonly sql?: string | undefined;
  readonly file?: string | undefined;
  readonly workload?: string | undefined;
  readonly 'min-rows': number;
  readonly 'max-indexes'?: number | undefined;
  readonly 'size-budget'?: number | undefined;
  readonly limit: number;
  readonly 'redact-literals': boolean;
}

/**
 * What the flags ask of query index-suggest, with the file that they name read.
 * @param argument what was given beside the flags: - for stdin
 * @throws PgdbaError `usage`, `invalid_input`
 */
export async function suggestWish(
  flags: SuggestFlags,
  argument: string | undefined,
  stdin: Readable,
): Promise<SuggestWish> {
  if (argument !== undefined && argument !== '-')
    throw new PgdbaError('usage', `unexpected argument: ${argument}`);
  const given = [flags.sql, flags.file, argument, flags.workload].filter((source) => source !== undefined);
  if (given.length > 1)
    throw new PgdbaError('usage', 'only one of --sql, --file, --workload and - (stdin) may be given');
  return {
    workload: await givenWorkload(flags, argument, stdin),
    table: flags.table ?? null,
    minRows: flags['min-rows'],
    maxIndexes: flags['max-indexes'] ?? null,
    sizeBudget: flags['size-budget'] ?? null,
    limit: flags.limit,
    redactLiterals: flags['redact-literals'],
  };
}

async function givenWorkload(
  { sql, file }: SuggestFlags,
  argument: string | undefined,
  stdin: Readable,
): Promise<Workload | null> {
  if (sql !== undefined) return workloadOf(sql, 'sql');
  const path = file ?? argument;
  return path === undefined ? null : workloadOf(await readInput(path, stdin), 'file');
}
