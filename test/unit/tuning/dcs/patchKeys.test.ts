import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src/core/clock.js';
import { PatroniClient } from '../../../../src/patroni/client.js';
import { endpointOf } from '../../../../src/patroni/endpoint.js';
import type { DcsKey } from '../../../../src/tuning/changeset/dcsChange.js';
import { patchKeys, wroteNothing } from '../../../../src/tuning/dcs/patchKeys.js';
import { recorded, type Recorded } from '../../patroni/recorded.js';
import {
  scriptedNode,
  type Act,
  type ScriptedNode,
  type ScriptedRequest,
} from '../../patroni/scriptedNode.js';

const [SHAPE] = recorded('4.1.4').filter(({ name }) => name === 'bad.patch-array');

function answer(status: number, body: unknown): Recorded {
  if (SHAPE === undefined) throw new Error('it was not recorded');
  const content_type = status === 200 ? 'application/json' : 'text/html';
  return { ...SHAPE, status, content_type, body };
}

const CONFLICT = answer(409, '<html><body><p>Message: Conflict.</p></body></html>');
const config = (parameters: Readonly<Record<string, unknown>>): Recorded =>
  answer(200, { ttl: 30, postgresql: { parameters } });

const KEYS: readonly DcsKey[] = [
  { name: 'work_mem', before: '5MB', after: '8MB' },
  { name: 'jit', before: null, after: 'off' },
];
const OLD = { work_mem: '5MB', other: 1 };
const NEW = { work_mem: '8MB', jit: 'off', other: 1 };

const nodes: ScriptedNode[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

/** Time passes only while somebody sleeps. */
function clockOf(): Clock {
  let at = 0;
  return {
    now: () => new Date(at),
    monotonicMs: () => at,
    sleep: (ms) => {
      at += ms;
      return Promise.resolve();
    },
  };
}

/** A node that plays one act after the other, the last one again and again; what it was asked. */
async function node(...acts: readonly Act[]): Promise<ScriptedNode> {
  let next = 0;
  const made = await scriptedNode(() => acts[Math.min(next++, acts.length - 1)] ?? 'close');
  nodes.push(made);
  return made;
}

const linesOf = ({ requests }: ScriptedNode): string[] => requests.map(({ line }: ScriptedRequest) => line);

function send(
  first: ScriptedNode,
  to: 'before' | 'after' = 'after',
  ...others: readonly ScriptedNode[]
): ReturnType<typeof patchKeys> {
  const clock = clockOf();
  const client = new PatroniClient({
    endpoints: [first, ...others].map(({ url }) => endpointOf(url)),
    credentials: () => Promise.resolve(null),
    tls: { ca: null, client: null, verify: true },
    ...{ timeoutMs: 30_000, clock, signal: new AbortController().signal },
  });
  return patchKeys({ client, keys: KEYS, to, clock, seen: null });
}

describe('the PATCH of a change', () => {
  it('is one with all keys, after a look at what is there', async () => {
    const there = await node(config(OLD), config(NEW));
    expect(await send(there)).toMatchObject({ postgresql: { parameters: NEW } });
    expect(linesOf(there)).toEqual(['GET /config', 'PATCH /config']);
    expect(JSON.parse(there.requests[1]?.body ?? '')).toEqual({
      postgresql: { parameters: { work_mem: '8MB', jit: 'off' } },
    });
  });

  it('takes out what was absent on its way back', async () => {
    const there = await node(config(NEW), config(OLD));
    await send(there, 'before');
    expect(JSON.parse(there.requests[1]?.body ?? '')).toEqual({
      postgresql: { parameters: { work_mem: '5MB', jit: null } },
    });
  });

  it('is not sent over somebody else’s value', async () => {
    const there = await node(config({ ...OLD, work_mem: '6MB' }));
    await expect(send(there)).rejects.toMatchObject({ code: 'changed_since' });
    expect(linesOf(there)).toEqual(['GET /config']);
  });

  it('is tried again after a conflict, from what another member has', async () => {
    const other = await node(config(OLD));
    const cluster = answer(200, {
      members: [{ name: 'n2', role: 'replica', state: 'streaming', api_url: other.url }],
    });
    const there = await node(config(OLD), CONFLICT, cluster, config(NEW));
    expect(await send(there)).toMatchObject({ postgresql: { parameters: NEW } });
    expect(linesOf(there)).toEqual(['GET /config', 'PATCH /config', 'GET /cluster', 'PATCH /config']);
    expect(linesOf(other)).toEqual(['GET /config']);
  });

  it('is given up when another member has somebody else’s value by then, or at the third conflict', async () => {
    const moved = await node(config({ ...OLD, jit: 'on' }));
    const same = await node(config(OLD));
    const clusterOf = (url: string): Recorded =>
      answer(200, { members: [{ name: 'n2', role: 'replica', state: 'streaming', api_url: url }] });
    await expect(send(await node(config(OLD), CONFLICT, clusterOf(moved.url)))).rejects.toMatchObject({
      code: 'changed_since',
    });
    const cluster = clusterOf(same.url);
    const there = await node(config(OLD), CONFLICT, cluster, CONFLICT, cluster, CONFLICT, cluster);
    const failed = await send(there).catch((error: unknown) => error as Error);
    expect(failed).toMatchObject({ code: 'patroni_conflict' });
    expect(wroteNothing(failed as Error)).toBe(true);
    expect(linesOf(there).filter((line) => line === 'PATCH /config')).toHaveLength(3);
  });

  it('whose answer was lost is not sent again before the DCS was asked', async () => {
    const carriedOut = await node(config(OLD), 'close', config(NEW));
    expect(await send(carriedOut)).toMatchObject({ postgresql: { parameters: NEW } });
    expect(carriedOut.requests.map(({ body }) => body)).toEqual([
      '',
      JSON.stringify({ postgresql: { parameters: { work_mem: '8MB', jit: 'off' } } }),
      JSON.stringify({ postgresql: {} }),
    ]);
    const not = await node(config(OLD), 'close', config(OLD), config(NEW));
    expect(await send(not)).toMatchObject({ postgresql: { parameters: NEW } });
    expect(not.requests).toHaveLength(4);
  });

  it('whose answer was lost goes on through another node', async () => {
    const swallows = await node(config(OLD), 'close');
    const other = await node(config(OLD), config(NEW));
    expect(await send(swallows, 'after', other)).toMatchObject({ postgresql: { parameters: NEW } });
    expect(linesOf(swallows)).toEqual(['GET /config', 'PATCH /config']);
    expect(linesOf(other)).toEqual(['PATCH /config', 'PATCH /config']);
  });

  it('whose answer was lost is told as lost when nobody can say what became of it', async () => {
    const failed = await send(await node(config(OLD), 'close', 'close')).catch(
      (error: unknown) => error as Error,
    );
    expect(failed).toMatchObject({ code: 'patroni_answer_lost' });
    expect(wroteNothing(failed as Error)).toBe(false);
  });

  it('is not believed when the answer has other values', async () => {
    const there = await node(config(OLD), config({ ...NEW, jit: 'on' }));
    const failed = await send(there).catch((error: unknown) => error as Error);
    expect(failed).toMatchObject({ code: 'patroni_answer_unexpected' });
    expect(wroteNothing(failed as Error)).toBe(false);
  });

  it('that is refused has written nothing', async () => {
    const failed = await send(await node(config(OLD), answer(401, 'no auth header received'))).catch(
      (error: unknown) => error as Error,
    );
    expect(failed).toMatchObject({ code: 'patroni_refused' });
    expect(wroteNothing(failed as Error)).toBe(true);
  });
});
