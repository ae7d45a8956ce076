import type { Section } from '../inspect/section.js';
import { SECTIONS } from '../inspect/registry.js';

/** What `--sections` of `baseline` names, and the sections of inspect that each holds; every section is in one. */
const VIEWS = {
  config: ['pg_settings', 'pg_file_settings', 'pg_hba_file_rules', 'pg_db_role_setting'],
  queries: ['pg_stat_statements', 'pg_stat_statements_info', 'pg_stat_user_functions'],
  tables: ['pg_stat_user_tables', 'pg_statio_user_tables', 'pg_sequences', 'pg_constraint', 'pg_trigger'],
  replication: [
    'pg_stat_replication',
    'pg_stat_wal_receiver',
    'pg_stat_recovery_prefetch',
    'pg_replication_slots',
    'pg_stat_replication_slots',
    'pg_publication',
    'pg_subscription',
    'pg_stat_subscription',
    'pg_stat_subscription_stats',
  ],
  system: [
    'system',
    'pg_control_system',
    'pg_control_checkpoint',
    'pg_control_init',
    'pg_database',
    'pg_tablespace',
    'pg_roles',
    'pg_authid',
    'pg_extension',
    'pg_namespace',
    'pg_proc',
    'pg_stat_database',
    'pg_stat_database_conflicts',
    'pg_stat_ssl',
  ],
  locks: ['pg_stat_activity', 'pg_locks', 'pg_locks_summary', 'pg_prepared_xacts'],
  io: [
    'pg_stat_bgwriter',
    'pg_stat_checkpointer',
    'pg_stat_wal',
    'pg_stat_io',
    'pg_stat_slru',
    'pg_stat_archiver',
    'pg_ls_waldir',
  ],
  indexes: ['pg_stat_user_indexes'],
  vacuum: [
    'pg_stat_progress_vacuum',
    'pg_stat_progress_analyze',
    'pg_stat_progress_create_index',
    'pg_stat_progress_cluster',
    'pg_stat_progress_copy',
    'pg_stat_progress_basebackup',
  ],
} as const;

export type Group = keyof typeof VIEWS;
export const GROUPS = Object.keys(VIEWS) as readonly Group[];

/** The sections of a group, in the order of the registry. */
export function sectionsOfGroup(group: Group): readonly Section[] {
  const ids: readonly string[] = VIEWS[group];
  return SECTIONS.filter(({ id }) => ids.includes(id));
}
