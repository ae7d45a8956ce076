import type { Candidate } from '../candidates/candidate.js';
import type { Suggestion } from '../suggestData.js';

/** What an index is on, as every list of the answer tells it. */
export function targetOf({
  relation,
  keys,
  include,
  where,
  method,
}: Candidate): Pick<Suggestion, 'schema' | 'table' | 'columns' | 'include' | 'where' | 'method'> {
  return {
    schema: relation.schema,
    table: relation.name,
    columns: keys.map(({ term }) => term.column?.name ?? term.sql),
    include: [...include],
    where: where?.sql ?? null,
    method,
  };
}
