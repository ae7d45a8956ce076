/** Name of the file in schemas/ that describes a command's data: `query locks` → `query-locks.schema.json`. */
export function dataSchemaOf(id: string): string {
  return `${id.replaceAll(' ', '-')}.schema.json`;
}
