import { Ajv2020 } from 'ajv/dist/2020.js';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeRows } from '../../src/inspect/decode.js';
import { SECTIONS } from '../../src/inspect/registry.js';
import type { Section } from '../../src/inspect/section.js';
import { MAJORS, sharedServer } from '../support/cluster.js';
import { inSnapshot, readRaw, variantFor } from '../support/sectionReader.js';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
ajv.addVocabulary(['x-kind']);
const validators = new Map(SECTIONS.map((section) => [section.id, ajv.compile(section.row)]));

const ROLES = ['postgres', 'monitor', 'bare'] as const;
const DATABASES = ['seeded', 'empty'] as const;

/** SQLSTATE of a function, table or column that the role may not use. */
const INSUFFICIENT_PRIVILEGE = '42501';

/** Functions that the section needs, that this server has, and that this role may not execute. */
async function forbiddenFunctions(client: pg.Client, section: Section): Promise<string[]> {
  const functions = section.needs.flatMap((need) =>
    need.kind === 'function' && need.without === 'skipped' ? [need.name] : [],
  );
  const { rows } = await client.query<{ name: string }>(
    `SELECT f.name FROM unnest($1::text[]) AS f(name)
      WHERE NOT has_function_privilege(to_regprocedure(f.name)::oid, 'EXECUTE')`,
    [functions],
  );
  return rows.map(({ name }) => name);
}

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  describe.each(ROLES)('as %s', (user) => {
    describe.each(DATABASES)('in database %s', (dbname) => {
      let client: pg.Client;
      beforeAll(async () => {
        client = await sharedServer(major).client(
          user === 'postgres' ? { dbname } : { dbname, user, password: user },
        );
      });
      afterAll(() => client.end());

      test.each(SECTIONS.map((section) => [section.id, section] as const))('%s', async (_id, section) => {
        const variant = await variantFor(section, major, client);
        if (variant === undefined) return;
        const forbidden = await forbiddenFunctions(client, section);
        const reading = inSnapshot(client, () => readRaw(client, section, variant));
        const wantsSuperuser = section.needs.some(
          (need) => need.kind === 'superuser' && need.without === 'skipped',
        );
        if (forbidden.length > 0 || (wantsSuperuser && user !== 'postgres')) {
          await expect(reading).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
          return;
        }
        const raw = await reading;
        const hidden = section.parameters.includes('limit') ? ['total_count'] : [];
        expect([...raw.columns].sort()).toEqual([...Object.keys(section.row.properties), ...hidden].sort());
        const { rows, total } = decodeRows(section, raw, { redactLiterals: false });
        if (hidden.length > 0 && rows.length > 0) expect(total).toBeGreaterThanOrEqual(rows.length);
        const valid = validators.get(section.id);
        for (const row of rows) {
          expect(valid?.(row), `${JSON.stringify(row)}: ${ajv.errorsText(valid?.errors)}`).toBe(true);
        }
        // A role that lacks nothing sees everything: nothing is missing from the rows either.
        if (user === 'postgres') expect(section.shortfall?.(rows) ?? null).toBeNull();
      });

      test('what is read in place of a section that ran into lock_timeout has the same columns', async () => {
        for (const section of SECTIONS.filter(({ withoutLocks }) => withoutLocks !== undefined)) {
          const variant = await variantFor(section, major, client, section.withoutLocks);
          if (variant === undefined) continue;
          const raw = await inSnapshot(client, () => readRaw(client, section, variant));
          const { rows } = decodeRows(section, raw, { redactLiterals: false });
          const valid = validators.get(section.id);
          for (const row of rows) expect(valid?.(row), ajv.errorsText(valid?.errors)).toBe(true);
        }
      });
    });
  });
});
