import type { CheckData } from './check/checkData.js';
import type { CheckRule } from './check/rule.js';
import type { ClusterFacts } from './check/snapshotFile.js';
import { writeDocument } from './core/stateFile.js';
import { reportText, type ReportFormatId } from './report/registry.js';
import { VERSION } from './version.js';

/** Which report is wanted beside the envelope, and where; null path = stderr. */
export interface ReportWish {
  readonly format: ReportFormatId;
  readonly path: string | null;
}

/**
 * Writes the report: a file is replaced as a whole.
 * @throws PgdbaError `output_unwritable`
 */
export async function writeReport(
  wish: ReportWish,
  data: Omit<CheckData, 'report'>,
  rules: readonly CheckRule[],
  server: string,
): Promise<void> {
  const text = await reportText(wish.format, { data, rules, server, version: VERSION });
  if (wish.path !== null) return writeDocument(wish.path, text);
  await new Promise<void>((resolve) => {
    process.stderr.write(text, () => {
      resolve();
    });
  });
}

/** What people call a server: its name in the registry, else where it was reached, with the database. */
export function serverName({ name, identity, database }: ClusterFacts): string {
  return name ?? `${identity.config_host ?? 'localhost'}:${String(identity.config_port ?? 5432)}/${database}`;
}
