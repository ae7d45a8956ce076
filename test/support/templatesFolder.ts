/** Variable that names the folder of the templates to the processes that vitest starts. */
const TEMPLATES = 'PGDBA_TEST_TEMPLATES';

/** Where this run keeps what its processes need again and again; undefined in a run without servers. */
export function templatesFolder(): string | undefined {
  return process.env[TEMPLATES];
}

/** Tells the processes that this one starts from now on. */
export function setTemplatesFolder(folder: string): void {
  process.env[TEMPLATES] = folder;
}
