import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.js';
import { PgdbaError } from '../../../src/core/errors.js';
import { PatroniClient } from '../../../src/patroni/client.js';
import { endpointOf, type Credentials } from '../../../src/patroni/endpoint.js';
import { lookAtCluster } from '../../../src/patroni/look.js';
import { recorded, type Recorded } from './recorded.js';
import { scriptedNode, type Act, type ScriptedNode, type ScriptedRequest } from './scriptedNode.js';

const all = recorded('4.1.4');

/** A recorded exchange of 4.1.4. */
function played(name: string): Recorded {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} was not recorded`);
  return found;
}

const CONFLICT: Recorded = {
  ...played('bad.patch-array'),
  status: 409,
  body: '<html><body><p>Error code: 409</p><p>Message: Conflict.</p></body></html>',
};

const nodes: ScriptedNode[] = [];
const slept: number[] = [];

async function node(act: Act | ((request: ScriptedRequest) => Act)): Promise<ScriptedNode> {
  const made = await scriptedNode(typeof act === 'function' ? act : () => act);
  nodes.push(made);
  return made;
}

/** Nobody waits: what the client would have slept is noted. */
const clock: Clock = {
  now: () => new Date(0),
  monotonicMs: () => 0,
  sleep: (ms) => {
    slept.push(ms);
    return Promise.resolve();
  },
};

interface Choice {
  readonly credentials?: Credentials | null;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

function client(
  urls: readonly string[],
  { credentials = null, timeoutMs = 30_000, signal }: Choice = {},
): PatroniClient {
  return new PatroniClient({
    endpoints: urls.map(endpointOf),
    credentials: () => Promise.resolve(credentials),
    tls: { ca: null, client: null, verify: true },
    timeoutMs,
    clock,
    signal: signal ?? new AbortController().signal,
  });
}

async function failure(promise: Promise<unknown>): Promise<PgdbaError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof PgdbaError) return error;
  throw new Error('it did not fail with a PgdbaError', { cause: error });
}

/** A URL where nothing listens. */
async function nowhere(): Promise<string> {
  const gone = await scriptedNode(() => 'close');
  await gone.close();
  return gone.url;
}

afterEach(async () => {
  slept.length = 0;
  await Promise.all(nodes.splice(0).map((one) => one.close()));
});

describe('a request that only reads', () => {
  it('is answered by whichever endpoint answers first, in their order', async () => {
    const [broken, good, spare] = [
      await node('close'),
      await node(played('steady.n2.cluster')),
      await node('close'),
    ];
    const told = await client([await nowhere(), broken.url, good.url, spare.url]).cluster();
    expect(told.url).toBe(good.url);
    expect(told.value.members.map(({ name }) => name)).toEqual(['n1', 'n2', 'n3']);
    expect([broken.requests.length, spare.requests.length]).toEqual([1, 0]);
  });

  it('is tried once more all around when nobody answered', async () => {
    let asked = 0;
    const flaky = await node(() => (asked++ === 0 ? 'close' : played('steady.n1.config')));
    const { value } = await client([flaky.url]).config();
    expect(value).toHaveProperty('loop_wait', 5);
    expect([flaky.requests.length, slept]).toEqual([2, [300]]);
  });

  it('is told with every endpoint’s own trouble when it is in vain', async () => {
    const closing = await node('close');
    const dead = await nowhere();
    const error = await failure(client([dead, closing.url]).cluster());
    expect(error).toMatchObject({ code: 'patroni_unreachable', exit: 9, retryable: true });
    expect(error.message).toBe(
      `no endpoint gave /cluster: GET ${dead}/cluster: nothing listens there (connection refused); ` +
        `GET ${closing.url}/cluster: the connection was closed without an answer`,
    );
    expect(closing.requests).toHaveLength(2);
    const alike = await failure(client([dead, closing.url, await nowhere()]).cluster());
    expect(alike.message.match(/connection refused/g)).toHaveLength(1);
    expect(alike.message).toMatch(/^no endpoint gave .cluster: GET \S+, \S+: nothing listens there/);
  });

  it('is not tried again after it has waited in vain', async () => {
    const hanging = await node('hang');
    const error = await failure(client([hanging.url], { timeoutMs: 2000 }).cluster());
    expect(error.code).toBe('patroni_unreachable');
    expect(error.message).toBe(`GET ${hanging.url}/cluster: no answer within 2000 ms`);
    expect(hanging.requests).toHaveLength(1);
  });

  it('goes on to the next endpoint when one is no Patroni, which is told when all fail', async () => {
    const page: Recorded = { ...played('bad.patch-array'), status: 200, body: '<html>Welcome</html>' };
    const [web, good] = [await node(page), await node(played('steady.n1.cluster'))];
    expect((await client([web.url, good.url]).cluster()).url).toBe(good.url);
    const error = await failure(client([await nowhere(), web.url]).cluster());
    expect(error.code).toBe('patroni_answer_unexpected');
  });

  it('ends with the run', async () => {
    const hanging = await node('hang');
    const end = new AbortController();
    const asked = client([hanging.url], { signal: end.signal }).cluster();
    const reason = new PgdbaError('run_timeout', 'over');
    end.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });

  it('does not wait for an answer without end', async () => {
    const endless = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n');
      const more = setInterval(() => socket.write(' '.repeat(4 * 1024 * 1024)), 1);
      socket.on('close', () => {
        clearInterval(more);
      });
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    const { port } = endless.address() as { port: number };
    const error = await failure(client([`http://127.0.0.1:${String(port)}`]).config());
    endless.close();
    expect(error.message).toContain('the answer is too long for one of Patroni');
  });
});

describe('a PATCH', () => {
  const patch = { postgresql: { parameters: { work_mem: '7MB' } } };

  it('carries its length and the password, and returns the new configuration', async () => {
    const good = await node(played('patch-reloadable.answer'));
    const credentials = { user: 'pgdba', password: 'a:b' };
    const outcome = await client([good.url], { credentials }).patchConfig(patch);
    expect(outcome).toMatchObject({ outcome: 'changed', url: good.url, config: { ttl: 30 } });
    const [request] = good.requests;
    expect(request?.line).toBe('PATCH /config');
    expect(request?.headers).toMatchObject({
      'content-length': '48',
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('pgdba:a:b').toString('base64')}`,
    });
    expect(request?.headers).not.toHaveProperty('transfer-encoding');
    expect(JSON.parse(request?.body ?? '')).toEqual(patch);
  });

  it('goes on to the next endpoint where no connection is made', async () => {
    const good = await node(played('patch-reloadable.answer'));
    expect(await client([await nowhere(), good.url]).patchConfig(patch)).toMatchObject({ url: good.url });
  });

  it.each(['close', 'hang'] as const)('is never sent twice once it was sent (%s)', async (act) => {
    const [lost, spare] = [await node(act), await node(played('patch-reloadable.answer'))];
    const error = await failure(client([lost.url, spare.url], { timeoutMs: 3000 }).patchConfig(patch));
    expect(error).toMatchObject({ code: 'patroni_answer_lost', exit: 9, retryable: false });
    expect([lost.requests.length, spare.requests.length]).toEqual([1, 0]);
  });

  it('that is on its way is awaited although the run ends, and not begun afterwards', async () => {
    const end = new AbortController();
    const reason = new PgdbaError('run_timeout', 'over');
    const slow = await node(() => {
      end.abort(reason);
      return played('steady.n1.config');
    });
    const ending = client([slow.url], { signal: end.signal });
    expect(await ending.patchConfig({ loop_wait: 5 })).toMatchObject({ outcome: 'changed' });
    await expect(ending.patchConfig({ loop_wait: 5 })).rejects.toBe(reason);
    expect(slow.requests).toHaveLength(1);
  });

  it('that nobody answers is lost, although the run ends', async () => {
    const end = new AbortController();
    const hanging = await node(() => {
      end.abort(new PgdbaError('run_timeout', 'over'));
      return 'hang';
    });
    const sent = client([hanging.url], { signal: end.signal, timeoutMs: 300 }).patchConfig({ loop_wait: 5 });
    expect(await failure(sent)).toMatchObject({ code: 'patroni_answer_lost' });
  });

  it('is refused in the node’s words, without asking another', async () => {
    const [strict, spare] = [await node(played('bad.patch-wrong-password')), await node('close')];
    const credentials = { user: 'pgdba', password: 'hush' };
    const error = await failure(client([strict.url, spare.url], { credentials }).patchConfig(patch));
    expect(error.code).toBe('patroni_refused');
    expect(error.message).toBe(
      `PATCH ${strict.url}/config: the node does not accept the user or the password (401: not authenticated)`,
    );
    expect(spare.requests).toHaveLength(0);
  });

  it('that meets a conflict reads what is in force from another member', async () => {
    const other = await node(played('after-reload.n2.config'));
    const refusing = await node(({ line }) => {
      if (line === 'GET /cluster') return clusterOf([refusing.url, other.url]);
      return line === 'PATCH /config' ? CONFLICT : played('steady.n1.config');
    });
    const outcome = await client([refusing.url]).patchConfig(patch);
    expect(outcome).toMatchObject({
      outcome: 'conflict',
      error: { code: 'patroni_conflict', exit: 9, details: { said: 'Conflict.' } },
      now: { url: other.url, value: { postgresql: { parameters: { work_mem: '7MB' } } } },
    });
    expect(refusing.requests.map(({ line }) => line)).toEqual(['PATCH /config', 'GET /cluster']);
  });

  it('that meets a conflict on the only member waits before it believes that member', async () => {
    const alone = await node(({ line }) => {
      if (line === 'GET /cluster') return clusterOf([alone.url]);
      return line === 'PATCH /config' ? CONFLICT : played('steady.n1.config');
    });
    const outcome = await client([alone.url]).patchConfig(patch);
    expect(outcome).toMatchObject({ outcome: 'conflict', now: { url: alone.url } });
    expect(slept).toEqual([2000]);
  });

  function clusterOf(urls: readonly string[]): Recorded {
    const members = urls.map((url, i) => ({
      ...{ name: `n${String(i + 1)}`, role: 'replica', state: 'streaming' },
      api_url: `${url}/patroni`,
    }));
    return { ...played('steady.n1.cluster'), body: { members } };
  }
});

describe('an action on a node', () => {
  it.each([
    ['restart-pending-replica.answer', 'restarted'],
    ['schedule-restart.answer', 'scheduled'],
    ['restart-none-pending.answer', 'not_needed'],
  ])('%s is %s', async (name, outcome) => {
    const target = await node(played(name));
    const told = await client([target.url]).restart(
      `${target.url}/patroni`,
      { restart_pending: true },
      30_000,
    );
    expect(told.outcome).toBe(outcome);
    expect(target.requests[0]).toMatchObject({ line: 'POST /restart', body: '{"restart_pending":true}' });
  });

  it.each([
    ['restart-while-restarting.answer', 'patroni_failed'],
    ['bad.restart-bad-timeout', 'patroni_refused'],
    ['bad.restart-no-auth', 'patroni_refused'],
  ])('%s is an error: %s', async (name, code) => {
    const target = await node(played(name));
    expect((await failure(client([target.url]).restart(target.url, {}, 30_000))).code).toBe(code);
  });

  it('asks a node to read its file again', async () => {
    const target = await node(played('bad.reload-answer'));
    expect(await client([target.url]).reload(target.url)).toBe('reload scheduled');
    expect(target.requests[0]).toMatchObject({ line: 'POST /reload', headers: { 'content-length': '0' } });
  });
});

describe('a look at a cluster', () => {
  it('asks every member for itself, and tells of one that is silent', async () => {
    const dead = await nowhere();
    const [one, two] = [await node(own('n1')), await node(own('n2'))];
    const view = { ...played('steady.n1.cluster') };
    const urls = [one.url, two.url, dead];
    const { members } = view.body as { members: { api_url: string }[] };
    const body = {
      members: members.map((member, i) => ({ ...member, api_url: `${urls[i] ?? ''}/patroni` })),
    };
    one.act = (request) => (request.line === 'GET /cluster' ? { ...view, body } : own('n1')(request));
    const sight = await lookAtCluster(client([one.url]));
    expect(
      sight.nodes.map(({ own: told }) => (told instanceof PgdbaError ? told.code : told.patroni.name)),
    ).toEqual(['n1', 'n2', 'patroni_unreachable']);
  });

  it('asks the endpoints themselves when the DCS is down', async () => {
    const [one, two] = [await node(own('n1')), await node(own('n2'))];
    one.act = two.act = (request) =>
      request.line === 'GET /patroni' ? played('etcd-down.n1.patroni') : 'close';
    const { view, nodes: seen } = await lookAtCluster(client([one.url, two.url]));
    expect(view).toMatchObject({ code: 'patroni_unreachable' });
    expect(seen.map(({ url, own: told }) => [url, told instanceof PgdbaError])).toEqual([
      [one.url, false],
      [two.url, false],
    ]);
  });

  const own =
    (name: string) =>
    ({ line }: ScriptedRequest): Act =>
      played(line === 'GET /patroni' ? `steady.${name}.patroni` : `steady.${name}.history`);
});

describe('the URL of a node', () => {
  it.each([
    ['http://db1:8008', 'http://db1:8008', null],
    ['http://db1:8008/patroni', 'http://db1:8008', null],
    ['https://proxy/pg/prod/', 'https://proxy/pg/prod', null],
    ['http://pgdba:p%40ss@[::1]:8008', 'http://[::1]:8008', { user: 'pgdba', password: 'p@ss' }],
  ])('%s is read', (text, url, credentials) => {
    expect(endpointOf(text)).toEqual({ url, credentials });
  });

  it.each(['db1:8008', 'ftp://db1', '', 'http://u:hush@'])('%s is refused without being quoted', (text) => {
    expect(() => endpointOf(text)).toThrow('a URL of Patroni is an http or https URL');
  });

  it('gives credentials that no other endpoint and no message gets', async () => {
    const [one, two] = [await node('close'), await node('close')];
    const error = await failure(client([one.url.replace('//', '//me:hush@'), two.url]).cluster());
    expect(one.requests[0]?.headers['authorization']).toBe(
      `Basic ${Buffer.from('me:hush').toString('base64')}`,
    );
    expect(two.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(error.message).not.toContain('hush');
  });

  it('gives credentials that a member of the cluster does not get either', async () => {
    const [given, other] = [await node('close'), await node(played('steady.n2.patroni'))];
    await client([given.url.replace('//', '//me:hush@')]).status(other.url);
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('the password', () => {
  const credentials = { user: 'pgdba', password: 'hush' };

  it('goes to members that the cluster tells of', async () => {
    const [given, other] = [await node('close'), await node(played('steady.n2.patroni'))];
    await client([given.url], { credentials }).status(other.url);
    expect(other.requests[0]?.headers).toHaveProperty('authorization');
  });

  it('never goes in the clear where all endpoints given are https', async () => {
    const other = await node(played('steady.n2.patroni'));
    await client(['https://127.0.0.1:1'], { credentials }).status(other.url);
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});
