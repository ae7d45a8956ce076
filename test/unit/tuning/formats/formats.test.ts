import { describe, expect, it } from 'vitest';
import { MANAGERS } from '../../../../src/core/clusterKinds.js';
import type { ChangeSet } from '../../../../src/tuning/changeset/changeSet.js';
import { formatFor, PLAN_FORMATS, type PlanFormatId } from '../../../../src/tuning/formats/registry.js';
import { planOutput } from '../../../../src/tuning/formats/output.js';
import { PLANNED } from './planned.js';

const changeSet = { schema: 'pgdba.changeset/1', id: 'x', parameters: [] } as unknown as ChangeSet;

const output = (id: PlanFormatId) => planOutput(id, changeSet, PLANNED, 17);

describe('planOutput', () => {
  it('has a format for every manager', () => {
    expect(MANAGERS.map(formatFor)).toEqual([
      'changeset',
      'patroni',
      'rds',
      'rds',
      'cloudsql',
      'azure',
      'cnpg',
      'changeset',
    ]);
  });

  it.each(PLAN_FORMATS)('writes each parameter into %s, or says why not', async (id) => {
    const { documents, left_out, how } = await output(id);
    expect(how).not.toBe('');
    if (id === 'changeset') return;
    const text = documents.map((document) => document.file + document.text).join('\n');
    const lost = PLANNED.filter(
      ({ name }) => !text.includes(name) && !left_out.some(({ parameter }) => parameter === name),
    );
    expect(lost).toEqual([]);
  });

  it('gives the ChangeSet itself as it is', async () => {
    const { documents } = await output('changeset');
    expect(JSON.parse(documents[0]?.text ?? '')).toEqual(changeSet);
  });

  it('gives Patroni numbers for plain integers, null for a reset, and PostgreSQL’s own words for the rest', async () => {
    const { documents } = await output('patroni');
    expect(JSON.parse(documents[0]?.text ?? '')).toMatchObject({
      postgresql: {
        parameters: { max_connections: 80, work_mem: '20426kB', jit: 'off', maintenance_work_mem: null },
      },
    });
  });

  it('leaves out what Patroni sets itself', async () => {
    const port = PLANNED.filter(({ name }) => name === 'max_connections').map((one) => ({
      ...one,
      name: 'port',
    }));
    expect(await planOutput('patroni', changeSet, port, 17)).toMatchObject({
      documents: [],
      left_out: [{ parameter: 'port' }],
    });
  });

  it('splits more than twenty parameters for RDS', async () => {
    const many = Array.from({ length: 45 }, (_unused, i) => ({
      ...(PLANNED[1] as (typeof PLANNED)[number]),
      name: `p${String(i)}`,
    }));
    const { documents } = await planOutput('rds', changeSet, many, 17);
    expect(
      documents.map(({ text }) => (JSON.parse(text) as { Parameters: object[] }).Parameters.length),
    ).toEqual([20, 20, 5]);
  });

  it('writes no document where nothing fits', async () => {
    const list = [{ ...(PLANNED[8] as (typeof PLANNED)[number]) }];
    expect(await planOutput('ansible', changeSet, list, 17)).toMatchObject({
      documents: [],
      left_out: [{ parameter: 'search_path' }],
    });
  });
});
