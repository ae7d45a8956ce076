import type { Need } from './section.js';

/** What a command stands on: sections it reads, and needs beyond theirs. */
export interface CommandNeeds {
  readonly id: string;
  /** Sections whose absence leaves the command nothing to say. */
  readonly essential: readonly string[];
  /** Sections that it uses where they can be read. */
  readonly useful: readonly string[];
  readonly needs: readonly Need[];
}

const selectOnTables = (loses: string): Need => ({
  kind: 'select',
  name: 'SELECT on tables',
  without: 'partial',
  loses,
});

const alterSystem: Need = {
  kind: 'superuser',
  name: 'superuser',
  without: 'partial',
  grantableSince: 15,
  loses: 'only parameters granted with ALTER SYSTEM (PostgreSQL 15 and later) can be changed',
};

const reload: Need = {
  kind: 'function',
  name: 'pg_catalog.pg_reload_conf()',
  without: 'skipped',
  loses: 'a change cannot be put into force',
};

const TABLES = ['pg_stat_user_tables', 'pg_stat_user_indexes'];
const HORIZON = ['pg_stat_activity', 'pg_prepared_xacts', 'pg_replication_slots', 'pg_stat_replication'];

/**
 * Every command of pgdba that reaches a server, those of coming versions included, so that a DBA can grant once.
 * The commands that read every section are in `doctor` by the registry itself.
 */
export const COMMAND_NEEDS: readonly CommandNeeds[] = [
  {
    id: 'config show',
    essential: ['pg_settings'],
    useful: ['pg_file_settings', 'pg_db_role_setting'],
    needs: [],
  },
  {
    id: 'config diff',
    essential: ['pg_settings'],
    useful: ['pg_file_settings', 'pg_db_role_setting'],
    needs: [],
  },
  {
    id: 'config tune',
    essential: ['pg_settings'],
    useful: ['pg_stat_database', 'pg_stat_wal', 'pg_stat_bgwriter', 'pg_stat_activity', 'pg_stat_statements'],
    needs: [
      {
        kind: 'function',
        name: 'pg_catalog.pg_read_file(text)',
        without: 'partial',
        loses: 'RAM, CPUs and storage of the host are not found over SQL',
        risk: 'it lets the role read every file that the server can read',
      },
    ],
  },
  {
    id: 'config apply',
    essential: ['pg_settings'],
    useful: ['pg_file_settings'],
    needs: [reload, alterSystem],
  },
  {
    id: 'config rollback',
    essential: ['pg_settings'],
    useful: ['pg_file_settings'],
    needs: [reload, alterSystem],
  },
  { id: 'query top', essential: ['pg_stat_statements'], useful: [], needs: [] },
  {
    id: 'query slow-log',
    essential: [],
    useful: ['pg_stat_statements', 'pg_stat_activity'],
    needs: [
      {
        kind: 'function',
        name: 'pg_catalog.pg_ls_logdir()',
        without: 'partial',
        loses: 'the server’s log is not read over SQL',
      },
      {
        kind: 'function',
        name: 'pg_catalog.pg_read_binary_file(text,int8,int8)',
        without: 'partial',
        loses: 'the server’s log is not read over SQL',
        risk: 'it lets the role read every file of the data folder',
      },
    ],
  },
  {
    id: 'query analyze',
    essential: [],
    useful: ['pg_stat_statements'],
    needs: [
      selectOnTables(
        'queries on tables the role may not read cannot be planned, and column statistics of tables are hidden',
      ),
    ],
  },
  {
    id: 'query index-suggest',
    essential: [],
    useful: ['pg_stat_statements', ...TABLES],
    needs: [
      selectOnTables('column statistics of tables the role may not read are hidden'),
      {
        kind: 'extension',
        name: 'hypopg',
        without: 'partial',
        loses: 'suggestions rest on statistics, not on plans',
      },
    ],
  },
  {
    id: 'query index-health',
    essential: ['pg_stat_user_indexes'],
    useful: ['pg_stat_user_tables'],
    needs: [selectOnTables('bloat of indexes whose column statistics are hidden is not measurable')],
  },
  {
    id: 'query locks',
    essential: ['pg_locks'],
    useful: ['pg_stat_activity', 'pg_prepared_xacts'],
    needs: [],
  },
  {
    id: 'query bloat',
    essential: ['pg_stat_user_tables'],
    useful: ['pg_stat_user_indexes'],
    needs: [
      selectOnTables('bloat of tables whose column statistics are hidden is not measurable'),
      {
        kind: 'extension',
        name: 'pgstattuple',
        without: 'partial',
        loses: 'bloat is estimated, not measured',
      },
    ],
  },
  {
    id: 'query vacuum-health',
    essential: ['pg_stat_user_tables'],
    useful: ['pg_stat_progress_vacuum', ...HORIZON],
    needs: [],
  },
  {
    id: 'baseline',
    essential: [],
    useful: [
      'pg_settings',
      'pg_file_settings',
      'pg_stat_statements',
      'pg_sequences',
      'pg_stat_database',
      ...TABLES,
      ...HORIZON,
    ],
    needs: [selectOnTables('bloat of tables whose column statistics are hidden is not measurable')],
  },
];
