/** An identifier as PostgreSQL keeps it: longer ones are cut, and would name something else. */
const PART = '[A-Za-z_][A-Za-z0-9_]{0,62}';
const SETTING_NAME = new RegExp(`^${PART}(?:\\.${PART})?$`);

/**
 * Whether ALTER SYSTEM may be given the name at all. PostgreSQL accepts more, and then writes a postgresql.auto.conf that
 * the server can neither reload nor start with: a name with two dots, and a part with a `$` in it (both on 12 to 18,
 * up to 16 only after the session has SET the name). Letters beyond ASCII are left out because what they are depends on
 * the encodings of two sides.
 */
export function isSettingName(name: string): boolean {
  return SETTING_NAME.test(name);
}
