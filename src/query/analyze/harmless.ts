/**
 * PostgreSQL's own functions that are volatile and yet change nothing that another session, or a later transaction,
 * could see. Whatever is volatile and not among them may have effects that READ ONLY does not stop.
 * Source: pg_proc of 12 to 18, provolatile = 'v', and the manual's description of each.
 */
const HARMLESS = new Set(
  (
    'array_sample array_shuffle bernoulli clock_timestamp current_query currtid currtid2 currval gen_random_uuid lastval ' +
    'pg_available_wal_summaries pg_blocking_pids pg_collation_actual_version pg_control_checkpoint pg_control_init ' +
    'pg_control_recovery pg_control_system pg_current_logfile pg_current_wal_flush_lsn pg_current_wal_insert_lsn ' +
    'pg_current_wal_lsn pg_database_collation_actual_version pg_database_size pg_get_aios ' +
    'pg_get_backend_memory_contexts pg_get_loaded_modules pg_get_multixact_members pg_get_sequence_data ' +
    'pg_get_shmem_allocations pg_get_shmem_allocations_numa pg_get_wait_events pg_get_wal_replay_pause_state ' +
    'pg_get_wal_resource_managers pg_get_wal_summarizer_state pg_hba_file_rules pg_ident_file_mappings ' +
    'pg_indexes_size pg_is_in_backup pg_is_in_recovery pg_is_wal_replay_paused pg_jit_available pg_last_committed_xact ' +
    'pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_lock_status ' +
    'pg_ls_archive_statusdir pg_ls_dir pg_ls_logdir pg_ls_logicalmapdir pg_ls_logicalsnapdir pg_ls_replslotdir ' +
    'pg_ls_summariesdir pg_ls_tmpdir pg_ls_waldir pg_notification_queue_usage pg_partition_ancestors ' +
    'pg_partition_tree pg_prepared_xact pg_read_binary_file pg_read_file pg_relation_size ' +
    'pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_show_all_file_settings ' +
    'pg_show_replication_origin_status pg_sleep pg_sleep_for pg_sleep_until pg_stat_file pg_stat_get_backend_io ' +
    'pg_stat_get_backend_wal pg_stat_get_io pg_stat_get_recovery_prefetch pg_stat_get_xact_blocks_fetched ' +
    'pg_stat_get_xact_blocks_hit pg_stat_get_xact_function_calls pg_stat_get_xact_function_self_time ' +
    'pg_stat_get_xact_function_total_time pg_stat_get_xact_numscans pg_stat_get_xact_tuples_deleted ' +
    'pg_stat_get_xact_tuples_fetched pg_stat_get_xact_tuples_hot_updated pg_stat_get_xact_tuples_inserted ' +
    'pg_stat_get_xact_tuples_newpage_updated pg_stat_get_xact_tuples_returned pg_stat_get_xact_tuples_updated ' +
    'pg_stat_have_stats pg_table_size pg_tablespace_size pg_total_relation_size pg_wal_summary_contents ' +
    'pg_xact_commit_timestamp pg_xact_commit_timestamp_origin pg_xact_status random random_normal setseed system ' +
    'timeofday timezone txid_status uuidv4 uuidv7'
  ).split(' '),
);

/** Whether a volatile function is known to change nothing. */
export function isHarmless({ schema, name }: { readonly schema: string; readonly name: string }): boolean {
  return schema === 'pg_catalog' && HARMLESS.has(name);
}
