import type pg from 'pg';
import { chooseVariant, extensionVersionNum } from '../../src/core/version.js';
import { decodeRows } from '../../src/inspect/decode.js';
import type { Row, Section, Variant } from '../../src/inspect/section.js';
import type { RawRows } from '../../src/db/statement.js';
import type { Major } from './majors.js';

export interface SectionParameters {
  readonly limit?: number;
  readonly queryText?: boolean;
}

/** Runs `body` in a transaction guarded like a session of the product: one snapshot, read only, short timeouts. */
export async function inSnapshot<T>(client: pg.Client, body: () => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await client.query(
      `SET LOCAL search_path = pg_catalog; SET LOCAL lock_timeout = '200ms'; SET LOCAL statement_timeout = '20s';
       SET LOCAL "TimeZone" = 'UTC'; SET LOCAL "DateStyle" = 'ISO'; SET LOCAL jit = off`,
    );
    return await body();
  } finally {
    await client.query('ROLLBACK');
  }
}

/** The variant that this server, with the extension versions of the connected database, gets; undefined for none. */
export async function variantFor(
  section: Section,
  major: Major,
  client: pg.Client,
  variants: readonly Variant[] = section.variants,
): Promise<Variant | undefined> {
  if (section.versionedBy === undefined) return chooseVariant(variants, major);
  const { rows } = await client.query<{ extversion: string; schema: string }>(
    `SELECT e.extversion, quote_ident(n.nspname) AS schema
       FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = $1`,
    [section.versionedBy.extension],
  );
  const extension = rows[0];
  if (extension === undefined) return undefined;
  const variant = chooseVariant(variants, extensionVersionNum(extension.extversion));
  return variant && { ...variant, sql: variant.sql.replaceAll('@extschema@', extension.schema) };
}

/** What the server answers, as text, the way the product reads it. */
export async function readRaw(
  client: pg.Client,
  section: Section,
  variant: Variant,
  { limit = 100, queryText = true }: SectionParameters = {},
): Promise<RawRows> {
  const values = section.parameters.map((parameter) => (parameter === 'limit' ? limit : queryText));
  const answer = await client.query<(string | null)[]>({
    text: variant.sql,
    values,
    rowMode: 'array',
    types: { getTypeParser: () => (text: unknown) => text },
  });
  return { columns: answer.fields.map(({ name }) => name), rows: answer.rows };
}

/** A section's decoded rows on this server, read in a transaction of its own. */
export async function readSection(
  client: pg.Client,
  section: Section,
  major: Major,
  parameters: SectionParameters = {},
): Promise<Row[]> {
  return inSnapshot(client, async () => {
    const variant = await variantFor(section, major, client);
    if (variant === undefined) throw new Error(`${section.id} has no variant for ${String(major)}`);
    const raw = await readRaw(client, section, variant, parameters);
    return decodeRows(section, raw, { redactLiterals: false }).rows;
  });
}
