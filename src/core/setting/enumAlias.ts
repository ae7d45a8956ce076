type Words = Readonly<Record<string, string>>;

const SWITCH: Words = { true: 'on', yes: 'on', 1: 'on', false: 'off', no: 'off', 0: 'off' };
const PGLZ: Words = { on: 'pglz', true: 'pglz', yes: 'pglz', 1: 'pglz', false: 'off', no: 'off', 0: 'off' };
const LEVEL: Words = { debug: 'debug2' };
const LEVEL_WITH_INFO: Words = { debug: 'debug2', info: 'info' };
const OLD_WAL_LEVEL: Words = { archive: 'replica', hot_standby: 'replica' };

/**
 * Words that servers 12 to 18 take although pg_settings.enumvals does not list them, and the value that they show for
 * them; `on` for wal_compression is listed and yet shown as pglz. Found by offering every word of the server's binary to
 * every enum. password_encryption takes `on` until 13 only and is left out: the word is gone where it matters.
 */
const ALIASES: ReadonlyMap<string, Words> = new Map([
  ['archive_mode', SWITCH],
  ['auto_explain.log_level', LEVEL],
  ['backslash_quote', SWITCH],
  ['client_min_messages', LEVEL_WITH_INFO],
  ['compute_query_id', SWITCH],
  ['constraint_exclusion', SWITCH],
  ['debug_parallel_query', SWITCH],
  ['force_parallel_mode', SWITCH],
  ['huge_pages', SWITCH],
  ['icu_validation_level', LEVEL_WITH_INFO],
  ['log_min_error_statement', LEVEL],
  ['log_min_messages', LEVEL],
  ['recovery_prefetch', SWITCH],
  ['synchronous_commit', SWITCH],
  ['trace_recovery_messages', LEVEL_WITH_INFO],
  ['wal_compression', PGLZ],
  ['wal_level', OLD_WAL_LEVEL],
]);

/** The value that the enum `name` shows for a word, both in lower case; undefined when the word is no alias. */
export function enumAlias(name: string, word: string): string | undefined {
  const words = ALIASES.get(name);
  return words !== undefined && Object.hasOwn(words, word) ? words[word] : undefined;
}
