import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { IndexFinding, IndexHealthData } from '../../src/query/indexHealth/indexHealthData.js';
import { freshDatabase, MAJORS, sharedServer } from '../support/cluster.js';
import { runCli } from '../support/runCli.js';
import { statisticsTold } from '../support/statisticsTold.js';

const CASES = await readFile(join(import.meta.dirname, '../support/indexCases.sql'), 'utf8');
const ODD = 'x."Odd ""table"".😀\n"';

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  let data: IndexHealthData;
  const ask = async (words: readonly string[] = [], user = 'postgres'): Promise<IndexHealthData> => {
    const dsn = server.dsn({ dbname, user });
    const result = await runCli([
      'query',
      'index-health',
      '--dsn',
      dsn,
      '--schema',
      'x',
      '--limit',
      '0',
      ...words,
    ]);
    expect(result.envelope.error).toBeNull();
    return result.envelope.data as unknown as IndexHealthData;
  };
  const of = (issue: IndexFinding['issue']): IndexFinding[] =>
    data.indexes.filter((row) => row.issue === issue);
  const unused = (name: string): IndexFinding | undefined => of('unused').find(({ index }) => index === name);

  beforeAll(async () => {
    dbname = await freshDatabase(server, 'empty');
    const client = await server.client({ dbname });
    await client.query(CASES);
    await client.query(`ANALYZE x.t, x.parent, x.child, x.parts, x.empty, ${ODD}`);
    await client.query('CREATE INDEX f_new_expr ON x.t ((c1 + c2))');
    await expect(client.query(`CREATE UNIQUE INDEX CONCURRENTLY f_invalid ON ${ODD} (v)`)).rejects.toThrow();
    await client.query('SET enable_seqscan = off; SELECT count(*) FROM x.t WHERE c1 = 5');
    await client.end();
    await statisticsTold(server, dbname);
    data = await ask();
  });

  test('twins and beginnings are told, and the right one is kept', () => {
    const pairs = [...of('duplicate'), ...of('redundant')]
      .map(({ issue, index, evidence }) => `${issue}: ${index} < ${String(evidence['keep'])}`)
      .sort();
    expect(pairs).toEqual([
      'duplicate: f_c8_twin < f_c8_key',
      'duplicate: f_twin_large < f_twin_small',
      'redundant: f_c6 < f_c6_c7',
      'redundant: f_expr < f_expr_wide',
      'redundant: f_incl_less < f_incl',
    ]);
    for (const row of [...of('duplicate'), ...of('redundant')]) {
      expect(row).toMatchObject({ ddl: `DROP INDEX CONCURRENTLY x.${row.index};`, blocked_by: [] });
      expect(row.saved).toMatchObject({ bytes: row.size_bytes, writes: 3000 });
    }
  });

  test('what was never scanned is told with what hangs on it; young statistics lower confidence', () => {
    expect(unused('d_c1')).toBeUndefined();
    expect(unused('d_c12_c3')).toMatchObject({ confidence: 'low', blocked_by: [] });
    expect(unused('f_c8_key')).toMatchObject({ blocked_by: ['constraint'], ddl: null, saved: null });
    expect(unused('g_fk')).toMatchObject({ blocked_by: ['foreign_key'], ddl: null });
    expect(unused('g_ident')).toMatchObject({ blocked_by: ['constraint', 'replica_identity'] });
    expect(unused('parts_1_id_idx')).toMatchObject({ blocked_by: ['partition'] });
    expect(unused('g_parts')).toMatchObject({ ddl: 'DROP INDEX x.g_parts;', size_bytes: null });
  });

  test('invalid and unknown ones are told', () => {
    const kinds = of('invalid').map(({ index, evidence, ddl }) => [index, evidence['kind'], ddl]);
    expect(kinds).toHaveLength(2);
    expect(kinds).toContainEqual(['f_invalid', 'unfinished', 'DROP INDEX CONCURRENTLY x.f_invalid;']);
    expect(kinds).toContainEqual(['g_on_only', 'partitioned', null]);
    const lacking = of('never_analyzed').map(({ index, ddl }) => `${index} ${String(ddl)}`);
    expect(lacking.sort()).toEqual(['f_new_expr ANALYZE x.t;', 'f_unknown ANALYZE x.unknown;']);
  });

  test('an index that another server uses is not unused, and one that cannot be asked is told', async () => {
    const self = await ask(['--issues', 'unused', '--replica', server.dsn({ dbname: 'postgres' })]);
    expect(self.replicas).toMatchObject([{ reachable: true, error: null }]);
    expect(self.indexes.find(({ index }) => index === 'd_c12_c3')).toBeDefined();
    const none = await ask(['--issues', 'unused', '--replica', '127.0.0.1:1']);
    expect(none.replicas).toMatchObject([{ reachable: false, error: { code: 'connection_refused' } }]);
    expect(new Set(none.indexes.map(({ confidence }) => confidence))).toEqual(new Set(['low']));
  });

  test('what is told to be run can be run', async () => {
    const before = await ask(['--issues', 'duplicate,redundant,invalid']);
    for (const { ddl } of before.indexes) if (ddl !== null) await server.query(ddl, { dbname });
    await server.query('DROP INDEX x.g_parts', { dbname });
    const after = await ask(['--issues', 'duplicate,redundant,invalid']);
    expect(after.indexes.map(({ index }) => index)).toEqual(['g_on_only']);
  });
});
