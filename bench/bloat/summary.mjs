// How far each method is off, in share of a relation's size.
import { median } from '../measure.mjs';

const METHODS = ['pgdba', 'pgdba --exact', 'check_postgres', 'ioguix'];
const KINDS = ['table', 'toast', 'index', 'all'];

/** Absolute difference of what a method said and what the rewrite gave back, as a share of the size. */
function errorOf(relation, method) {
  const said = relation.said[method];
  return said === null ? null : Math.abs(said - relation.given_back) / relation.bytes;
}

/** For each kind of relation and each method: relations, those not measurable, and the errors of the others. */
export function summarize(relations) {
  return KINDS.flatMap((kind) => {
    const some = relations.filter((relation) => kind === 'all' || relation.kind === kind);
    return METHODS.map((method) => ({ kind, method, relations: some.length, ...errorsOf(some, method) }));
  });
}

function errorsOf(relations, method) {
  const known = relations
    .map((relation) => ({ name: `${relation.kind} ${relation.name}`, error: errorOf(relation, method) }))
    .filter(({ error }) => error !== null)
    .sort((a, b) => a.error - b.error);
  const errors = known.map(({ error }) => error);
  const at = (share) => errors[Math.ceil(errors.length * share) - 1] ?? null;
  return {
    not_measurable: relations.length - known.length,
    median: errors.length === 0 ? null : rounded(median(errors)),
    p90: rounded(at(0.9)),
    worst: rounded(at(1)),
    worst_of: known.at(-1)?.name ?? null,
  };
}

const rounded = (value) => (value === null ? null : Math.round(value * 10_000) / 10_000);

/** The lines of the table for one server. */
export function tableOf(rows) {
  const share = (value) => (value === null ? '-' : `${(value * 100).toFixed(1)} %`);
  const cells = rows.map(
    ({ kind, method, relations, not_measurable: unknown, median: middle, p90, worst, worst_of: of }) => [
      kind,
      method,
      String(relations),
      String(unknown),
      share(middle),
      share(p90),
      share(worst),
      of ?? '',
    ],
  );
  const all = [['kind', 'method', 'relations', 'not measurable', 'median', 'p90', 'worst', 'of'], ...cells];
  const widths = all[0].map((_title, column) => Math.max(...all.map((line) => line[column].length)));
  return all.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
