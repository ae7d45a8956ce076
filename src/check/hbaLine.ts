import type { CheckedObject, Evidence } from './rule.js';

interface HbaRow {
  readonly line_number: number | null;
  readonly file_name: string | null;
  readonly type: string | null;
  readonly databases: readonly string[] | null;
  readonly users: readonly string[] | null;
  readonly address: string | null;
  readonly netmask: string | null;
  readonly auth_method: string | null;
}

/**
 * A line of pg_hba.conf as an object of findings; it is named by what it says, because its number changes with the file.
 * Of a line that cannot be read nothing but the number is known.
 */
export function hbaLine(row: HbaRow): {
  readonly object: CheckedObject;
  /** Whether it is only for clients on the server's own machine. */
  readonly isLocal: boolean;
  readonly evidence: Evidence;
} {
  const { type, databases, users, address, netmask, auth_method: method } = row;
  const words = [type, databases?.join(','), users?.join(','), address, netmask, method];
  const said = words.filter((word) => word !== null && word !== undefined).join(' ');
  return {
    object: { type: 'hba_line', name: said === '' ? `line ${String(row.line_number)}` : said },
    isLocal: type === 'local' || LOCAL.test(address ?? '') || address === 'samehost',
    evidence: { line_number: row.line_number, file_name: row.file_name },
  };
}

const LOCAL = /^(127\.|::1$|localhost$)/;
