/** A text as an SQL literal that reads the same whatever standard_conforming_strings says. */
export function escapedLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}
