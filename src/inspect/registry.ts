import type { Section } from './section.js';
import { pgAuthid } from './sections/pg_authid.js';
import { pgConstraint } from './sections/pg_constraint.js';
import { pgControlCheckpoint } from './sections/pg_control_checkpoint.js';
import { pgControlInit } from './sections/pg_control_init.js';
import { pgControlSystem } from './sections/pg_control_system.js';
import { pgDatabase } from './sections/pg_database.js';
import { pgDbRoleSetting } from './sections/pg_db_role_setting.js';
import { pgExtension } from './sections/pg_extension.js';
import { pgFileSettings } from './sections/pg_file_settings.js';
import { pgHbaFileRules } from './sections/pg_hba_file_rules.js';
import { pgLocks } from './sections/pg_locks.js';
import { pgLocksSummary } from './sections/pg_locks_summary.js';
import { pgLsWaldir } from './sections/pg_ls_waldir.js';
import { pgNamespace } from './sections/pg_namespace.js';
import { pgPreparedXacts } from './sections/pg_prepared_xacts.js';
import { pgProc } from './sections/pg_proc.js';
import { pgPublication } from './sections/pg_publication.js';
import { pgReplicationSlots } from './sections/pg_replication_slots.js';
import { pgRoles } from './sections/pg_roles.js';
import { pgSequences } from './sections/pg_sequences.js';
import { pgSettings } from './sections/pg_settings.js';
import { pgStatActivity } from './sections/pg_stat_activity.js';
import { pgStatArchiver } from './sections/pg_stat_archiver.js';
import { pgStatBgwriter } from './sections/pg_stat_bgwriter.js';
import { pgStatCheckpointer } from './sections/pg_stat_checkpointer.js';
import { pgStatDatabase } from './sections/pg_stat_database.js';
import { pgStatDatabaseConflicts } from './sections/pg_stat_database_conflicts.js';
import { pgStatIo } from './sections/pg_stat_io.js';
import { pgStatProgressAnalyze } from './sections/pg_stat_progress_analyze.js';
import { pgStatProgressBasebackup } from './sections/pg_stat_progress_basebackup.js';
import { pgStatProgressCluster } from './sections/pg_stat_progress_cluster.js';
import { pgStatProgressCopy } from './sections/pg_stat_progress_copy.js';
import { pgStatProgressCreateIndex } from './sections/pg_stat_progress_create_index.js';
import { pgStatProgressVacuum } from './sections/pg_stat_progress_vacuum.js';
import { pgStatRecoveryPrefetch } from './sections/pg_stat_recovery_prefetch.js';
import { pgStatReplication } from './sections/pg_stat_replication.js';
import { pgStatReplicationSlots } from './sections/pg_stat_replication_slots.js';
import { pgStatSlru } from './sections/pg_stat_slru.js';
import { pgStatSsl } from './sections/pg_stat_ssl.js';
import { pgStatStatements } from './sections/pg_stat_statements.js';
import { pgStatStatementsInfo } from './sections/pg_stat_statements_info.js';
import { pgStatSubscription } from './sections/pg_stat_subscription.js';
import { pgStatSubscriptionStats } from './sections/pg_stat_subscription_stats.js';
import { pgStatUserFunctions } from './sections/pg_stat_user_functions.js';
import { pgStatUserIndexes } from './sections/pg_stat_user_indexes.js';
import { pgStatUserTables } from './sections/pg_stat_user_tables.js';
import { pgStatWal } from './sections/pg_stat_wal.js';
import { pgStatWalReceiver } from './sections/pg_stat_wal_receiver.js';
import { pgStatioUserTables } from './sections/pg_statio_user_tables.js';
import { pgSubscription } from './sections/pg_subscription.js';
import { pgTablespace } from './sections/pg_tablespace.js';
import { pgTrigger } from './sections/pg_trigger.js';
import { system } from './sections/system.js';

/** Every section, in the order in which it is read and shown. Adding a section is one file and one line here. */
export const SECTIONS: readonly Section[] = [
  system,
  pgControlSystem,
  pgControlCheckpoint,
  pgControlInit,
  pgSettings,
  pgFileSettings,
  pgHbaFileRules,
  pgDbRoleSetting,
  pgDatabase,
  pgTablespace,
  pgRoles,
  pgAuthid,
  pgExtension,
  pgNamespace,
  pgStatActivity,
  pgLocks,
  pgLocksSummary,
  pgPreparedXacts,
  pgStatSsl,
  pgStatDatabase,
  pgStatDatabaseConflicts,
  pgStatUserTables,
  pgStatUserIndexes,
  pgStatioUserTables,
  pgStatUserFunctions,
  pgSequences,
  pgConstraint,
  pgTrigger,
  pgProc,
  pgStatStatements,
  pgStatStatementsInfo,
  pgStatBgwriter,
  pgStatCheckpointer,
  pgStatWal,
  pgStatIo,
  pgStatSlru,
  pgStatArchiver,
  pgLsWaldir,
  pgStatReplication,
  pgStatWalReceiver,
  pgStatRecoveryPrefetch,
  pgReplicationSlots,
  pgStatReplicationSlots,
  pgPublication,
  pgSubscription,
  pgStatSubscription,
  pgStatSubscriptionStats,
  pgStatProgressVacuum,
  pgStatProgressAnalyze,
  pgStatProgressCreateIndex,
  pgStatProgressCluster,
  pgStatProgressCopy,
  pgStatProgressBasebackup,
];
