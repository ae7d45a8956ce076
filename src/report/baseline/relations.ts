import type { Baseline } from '../../baseline/document.js';
import { qualified } from '../../check/sqlName.js';
import { numberIn, textIn, type Stored } from './field.js';
import { viewRows } from './view.js';

/** How large a table or index is, and was. */
export interface RelationSize {
  readonly kind: 'table' | 'index';
  /** As SQL writes it. */
  readonly name: string;
  readonly database: string | null;
  readonly bytes: number;
  /** Null where the earlier baseline does not tell. */
  readonly bytesBefore: number | null;
}

const SHOWN = 15;

const VIEWS = [
  { kind: 'table', group: 'tables', view: 'pg_stat_user_tables', name: 'relname', oid: 'relid' },
  { kind: 'index', group: 'indexes', view: 'pg_stat_user_indexes', name: 'indexrelname', oid: 'indexrelid' },
] as const;

/** The tables and indexes that grew most between the baselines; with one only, the largest. Pure. */
export function relationsOf(before: Baseline | null, after: Baseline): readonly RelationSize[] {
  const all = VIEWS.flatMap((source) => {
    const key = (row: Stored): string => `${textIn(row, 'database') ?? ''} ${String(row[source.oid])}`;
    const earlier = new Map(viewRows(before, source.group, source.view)?.map((row) => [key(row), row]));
    return (viewRows(after, source.group, source.view) ?? []).flatMap((row): RelationSize[] => {
      const bytes = numberIn(row, 'size_bytes');
      if (bytes === null) return [];
      const name = qualified(textIn(row, 'schemaname'), textIn(row, source.name));
      const bytesBefore = numberIn(earlier.get(key(row)), 'size_bytes');
      return [{ kind: source.kind, name, database: textIn(row, 'database'), bytes, bytesBefore }];
    });
  });
  const grownBy = ({ bytes, bytesBefore }: RelationSize): number =>
    before === null || bytesBefore === null ? 0 : bytes - bytesBefore;
  return all.sort((a, b) => grownBy(b) - grownBy(a) || b.bytes - a.bytes).slice(0, SHOWN);
}
