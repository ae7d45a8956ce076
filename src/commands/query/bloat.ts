import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { PgdbaError } from '../../core/errors.js';
import { connectionFlags, limitFlags, sizeFlag } from '../../flags.js';
import { bloat } from '../../query/bloat/bloat.js';
import { looking } from '../../querying.js';
import type { Outcome } from '../../run.js';

const USUAL_BUDGET = 1024 ** 3;

export class QueryBloat extends PgdbaCommand {
  static override summary = 'Find tables and indexes that are larger than what is in them.';
  static override description =
    'Estimates from the catalogs what a rewrite of each table, TOAST table and btree index would give back; what ' +
    'fillfactor reserves is no bloat. Each row says how far it can be relied on and why. --exact measures the rows ' +
    'that are shown with pgstattuple, as many as fit into --byte-budget. Tables of the server’s own are looked at ' +
    'with --schema pg_catalog.';
  static override examples = [
    'pgdba query bloat --limit 20 --format table',
    'pgdba query bloat --min-size 100MB --fields tables.name,tables.bloat_bytes,tables.reliability',
    'pgdba query bloat --schema shop --table orders --exact --byte-budget 10GB',
  ];
  static override flags = {
    schema: Flags.string({ summary: 'Only tables of this schema.', helpValue: '<name>' }),
    table: Flags.string({ summary: 'Only tables of this name and their indexes.', helpValue: '<name>' }),
    'min-size': sizeFlag({ summary: 'Only relations of this size and more.', default: 0 }),
    exact: Flags.boolean({ summary: 'Measure what is shown, with the extension pgstattuple.' }),
    'byte-budget': sizeFlag({
      summary: 'What --exact may read (1GB unless given); what does not fit is told.',
      dependsOn: ['exact'],
    }),
    ...limitFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(QueryBloat);
    return looking(this.invocation, flags, [], async ({ server, reach }) => {
      const data = await bloat(server, {
        schema: flags.schema ?? null,
        table: flags.table ?? null,
        limit: flags.limit,
        minSize: flags['min-size'],
        byteBudget: flags.exact ? (flags['byte-budget'] ?? USUAL_BUDGET) : null,
        budget: reach.budget,
      });
      const usable = server.facts.extensions['pgstattuple']?.usable === true;
      return flags.exact && !usable ? { data, error: extensionMissing(server.facts.database) } : { data };
    });
  }
}

/** The estimates are told all the same. */
function extensionMissing(database: string): PgdbaError {
  return new PgdbaError(
    'extension_missing',
    `--exact needs the extension pgstattuple, which this role cannot use in database ${database}: the answer is estimated`,
    { hint: 'CREATE EXTENSION pgstattuple; roles other than superusers need pg_stat_scan_tables, too.' },
  );
}
