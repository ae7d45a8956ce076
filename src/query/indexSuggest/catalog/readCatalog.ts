import type { Server } from '../../../cluster/server.js';
import { ask, essential, type Answers, type AskOptions } from '../../ask.js';
import type { Catalog, Column, ForeignKey, Immutable, Index, Relation } from './catalog.js';
import { catalogForeignKeys, catalogFunctions, searchedSchemas } from './catalogSections.js';
import { catalogRelations } from './relationsSection.js';

/** What a workload speaks of. */
export interface Names {
  /** [schema or null, name] */
  readonly relations: readonly (readonly [schema: string | null, name: string])[];
  readonly functions: readonly string[];
}

export interface CatalogWish extends Names {
  /** As the setting of the role's own sessions. */
  readonly searchPath: string;
  readonly minRows: number;
  readonly blockBytes: number;
}

/**
 * Reads all that index advice needs of the catalog: two round trips.
 * @throws PgdbaError `insufficient_privilege`, `statement_timeout`, `run_timeout`, `server_error`
 */
export async function readCatalog(
  server: Pick<Server, 'snapshot' | 'facts'>,
  wish: CatalogWish,
  options: AskOptions,
): Promise<{ catalog: Catalog; limitations: Answers['limitations'] }> {
  const searched = await ask(server, [searchedSchemas], {
    ...options,
    given: { search_path: wish.searchPath },
  });
  const schemas = essential(searched, searchedSchemas).rows[0]?.['schemas'] as readonly string[];
  const answers = await ask(server, [catalogRelations, catalogForeignKeys, catalogFunctions], {
    ...options,
    given: {
      relations: JSON.stringify(wish.relations),
      schemas: JSON.stringify(schemas),
      min_rows: wish.minRows,
      functions: JSON.stringify(wish.functions),
    },
  });
  const relations = essential(answers, catalogRelations).rows.map((row): Relation => {
    const rest = row['relation'] as Omit<
      Relation,
      'oid' | 'schema' | 'name' | 'columns' | 'indexes' | 'visible'
    >;
    const schema = String(row['schema']);
    return {
      ...rest,
      oid: Number(row['oid']),
      schema,
      name: String(row['name']),
      visible: schemas.includes(schema),
      columns: (row['columns'] ?? []) as readonly Column[],
      indexes: (row['indexes'] ?? []) as readonly Index[],
    };
  });
  const { extensions, major } = server.facts;
  const byOid = new Map(relations.map((relation) => [relation.oid, relation]));
  return {
    catalog: {
      relations: new Map(relations.map((relation) => [relation.oid, withLeafStatistics(relation, byOid)])),
      foreignKeys: answers.of(catalogForeignKeys).rows.map((row): ForeignKey => ({
        name: String(row['name']),
        ...(row['key'] as Omit<ForeignKey, 'name'>),
      })),
      functions: answers.of(catalogFunctions).rows.map((row): Immutable => {
        const types = row['argument_types'] as readonly string[];
        return {
          name: String(row['name']),
          schema: String(row['schema']),
          argument_types: types,
          arguments: types.length,
        };
      }),
      searchPath: schemas,
      extensions: Object.fromEntries(Object.entries(extensions).map(([name, { schema }]) => [name, schema])),
      major,
      blockBytes: wish.blockBytes,
    },
    limitations: [...searched.limitations, ...answers.limitations],
  };
}

/** Autovacuum never analyzes a partitioned table itself: what its largest partition knows stands for it then. */
function withLeafStatistics(relation: Relation, relations: ReadonlyMap<number, Relation>): Relation {
  if (relation.kind !== 'p' || relation.columns.some(({ n_distinct }) => n_distinct !== null))
    return relation;
  const leaves = relation.partitions.flatMap((oid) => relations.get(oid) ?? []);
  const [largest] = [...leaves].sort((a, b) => (b.rows ?? 0) - (a.rows ?? 0));
  if (largest === undefined) return relation;
  const known = new Map(largest.columns.map((column) => [column.name, column]));
  return {
    ...relation,
    columns: relation.columns.map((column) => {
      const leaf = known.get(column.name);
      return leaf === undefined ? column : { ...leaf, number: column.number, type: column.type };
    }),
  };
}
