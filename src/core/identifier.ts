/** An SQL identifier, quoted where it must be; as quote_ident(), but quoting every word that is not plain lower case. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
