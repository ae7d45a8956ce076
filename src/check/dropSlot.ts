/** The statement that drops a replication slot. */
export function dropSlot(name: string | null): string {
  return `SELECT pg_catalog.pg_drop_replication_slot('${(name ?? '').replaceAll("'", "''")}');`;
}
