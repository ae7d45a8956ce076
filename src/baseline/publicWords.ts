/**
 * Columns and keys whose texts are words of PostgreSQL or of pgdba, numbers of a kind, or the server’s own identifiers.
 * Whatever is not listed here is a name until somebody has looked at it: a forgotten word costs readability, a forgotten
 * name would cost the secret.
 */
export const PUBLIC_KEYS: ReadonlySet<string> = new Set(
  // of a baseline
  (
    'schema_version id label created_at collected_at mode status reason reads fingerprint tier system_identifier managed_by ' +
    'unit profile rule rules family severity confidence source origin kind part method measured size_source reliability ' +
    'reasons issues issue override patroni_override verdict level wraparound_level parameter code passed not_applicable ' +
    'worst effect due blocked_by blocker workload ' +
    // of sections
    'vartype context category min_val max_val enumvals state wait_event wait_event_type backend_type locktype granted ' +
    'phase command type relkind persistence data_type owned_by_type wal_level wal_status invalidation_reason two_phase_state ' +
    'synchronous_commit sync_state streaming slot_type plugin value_source origin auth_method encoding collate ctype ' +
    'locale_provider collation_version collation_actual_version connected_database_encoding version default_version cipher ' +
    'language fires password_kind archive_mode huge_pages huge_pages_status netmask log_timezone last_archived_wal ' +
    'last_failed_wal redo_wal_file generated_columns worker_type access_method blocked_as threshold target_mode lock_mode'
  ).split(' '),
);

/** Whose texts speak freely; nothing of them is kept. */
export const FREE_TEXT_KEYS: ReadonlySet<string> = new Set(
  (
    'message title text rationale advice detail reckoning meaning why hint about error definition partial_predicate ' +
    'predicate expression ddl sql remedy remedies remediation'
  ).split(' '),
);

/** Names that every cluster has, and words that stand in places where names can stand. */
export const PUBLIC_WORDS: ReadonlySet<string> = new Set([
  // what pg_file_settings says of a setting that waits for a restart
  'setting could not be applied',
  ...// an address that everybody has, and what stands for any
  (
    '127.0.0.1 ::1 0.0.0.0 :: samehost samenet localhost * ' +
    'pg_default pg_global pg_database_owner relation wal plain encrypted mixed constraint partition replication ' +
    'pg_catalog information_schema pg_toast public postgres template0 template1 primary standby unknown heap toast table ' +
    'index none all on off yes no true false default always local replica md5 scram-sha-256 trust'
  ).split(' '),
]);

/** Settings that are texts and hold no names. */
export const PUBLIC_SETTINGS: ReadonlySet<string> = new Set(
  (
    'DateStyle TimeZone client_encoding data_directory_mode debug_io_direct default_text_search_config lc_collate lc_ctype ' +
    'lc_messages lc_monetary lc_numeric lc_time log_destination log_file_mode log_timezone server_encoding server_version ' +
    'shared_preload_libraries session_preload_libraries ssl_ciphers ssl_ecdh_curve timezone_abbreviations ' +
    'unix_socket_permissions wal_consistency_checking'
  ).split(' '),
);
