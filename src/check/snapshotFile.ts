import { asError, PgdbaError } from '../core/errors.js';
import {
  closedObject,
  growingObject,
  nullable,
  oneOf,
  openObject,
  Type,
  type Static,
} from '../core/schema.js';
import { validateSnapshotFile } from '../generated/validateSnapshotFile.js';
import { REASONS, shownRow, STATUSES, type Row, type Section } from '../inspect/section.js';
import type { SectionResult, SectionResults } from '../inspect/snapshot.js';

const clusterSchema = growingObject({
  name: nullable(Type.String()),
  fingerprint: Type.String(),
  identity: growingObject({ config_host: nullable(Type.String()), config_port: nullable(Type.Integer()) }),
  server_version_num: Type.Integer(),
  role: oneOf(['primary', 'standby', 'unknown']),
  database: Type.String(),
  managed_by: Type.String(),
});

/** What the envelope of a snapshot says of its server. */
export type ClusterFacts = Static<typeof clusterSchema>;

/** A DiagSnapshot with the server that it is of. */
export interface SavedSnapshot {
  readonly cluster: ClusterFacts;
  readonly collectedAt: string;
  readonly sections: SectionResults;
}

const resultSchema = growingObject({
  status: oneOf(STATUSES),
  reason: nullable(oneOf(REASONS)),
  message: nullable(Type.String()),
  stats_reset: nullable(Type.String()),
  truncated: nullable(closedObject({ shown: Type.Integer(), total: Type.Integer() })),
  rows: Type.Array(openObject('a row')),
});

/**
 * An envelope of `inspect`, as `check --from` reads it. A newer version may have put more into it, and an older one may
 * lack sections; rows are compared with the section registry once they are wanted.
 */
export const snapshotFileSchema = growingObject({
  schema: oneOf(['pgdba.envelope/1']),
  command: oneOf(['inspect']),
  cluster: clusterSchema,
  data: growingObject({
    collected_at: Type.String(),
    sections: openObject('section results', resultSchema),
  }),
});

/**
 * The snapshot that a file holds: the envelope that `pgdba inspect` printed. A section whose rows are not what this
 * version knows counts as one that failed.
 * @param otherwise what other documents hold; null for one that it does not know
 * @throws PgdbaError `invalid_input`, which names the place
 */
export function parseSnapshot(
  text: string,
  sections: readonly Section[],
  otherwise: (document: unknown) => SavedSnapshot | null = () => null,
): SavedSnapshot {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new PgdbaError('invalid_input', `the snapshot is not JSON: ${asError(error).message}`, {
      cause: error,
    });
  }
  const { cluster, collectedAt, sections: results } = otherwise(document) ?? inspected(document);
  const known = sections.flatMap((section): [string, SectionResult][] => {
    const result = results[section.id];
    return result === undefined ? [] : [[section.id, fitting(section, ofDatabase(section, result, cluster))]];
  });
  return { cluster, collectedAt, sections: Object.fromEntries(known) };
}

function inspected(document: unknown): SavedSnapshot {
  if (!isSnapshotFile(document)) throw notOne();
  const { cluster, data } = document;
  const sections = data.sections as unknown as SectionResults;
  return { cluster, collectedAt: data.collected_at, sections };
}

function isSnapshotFile(document: unknown): document is Static<typeof snapshotFileSchema> {
  return validateSnapshotFile(document);
}

function notOne(): PgdbaError {
  const [first] = validateSnapshotFile.errors ?? [];
  const place = first === undefined ? '' : `: ${first.instancePath} ${first.message ?? ''}`;
  return new PgdbaError(
    'invalid_input',
    `the file holds no envelope of pgdba inspect, and no baseline${place}`,
    {
      hint: 'pgdba inspect --limit 0 > snapshot.json makes one, pgdba baseline --out the other.',
    },
  );
}

/** Of a snapshot of all databases only the rows of the one that a live check would have looked at. */
function ofDatabase(section: Section, result: SectionResult, { database }: ClusterFacts): SectionResult {
  if (section.scope !== 'database') return result;
  return { ...result, rows: result.rows.filter((row) => (row['database'] ?? database) === database) };
}

/** The result, unless a row of it has not the columns of the section. */
function fitting(section: Section, result: SectionResult): SectionResult {
  const columns = Object.entries(shownRow(section).properties).map(
    ([name, schema]) => [name, (schema as { anyOf?: { type?: string }[] }).anyOf?.[0]?.type] as const,
  );
  const odd = columns.find(([name, type]) => result.rows.some((row) => !fits(row, name, type)));
  if (odd === undefined) return result;
  const message = `the file’s rows have another column ${odd[0]} than this version of pgdba knows`;
  return { ...result, status: 'failed', reason: 'error', message, truncated: null, rows: [] };
}

function fits(row: Row, name: string, type: string | undefined): boolean {
  const value = row[name];
  if (value === null) return true;
  if (type === 'array') return Array.isArray(value);
  return type === undefined ? value !== undefined : typeof value === (type === 'integer' ? 'number' : type);
}
