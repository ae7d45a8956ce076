import { join } from 'node:path';
import { makePrivateFolder, serverUser, type SystemUser } from '../../src/sandbox/systemUser.js';
import { freePort } from './freePort.js';
import {
  type PatroniAnswer,
  type PatroniMember,
  type PatroniNode,
  patroniNodeIn,
  type PatroniOptions,
} from './patroniNode.js';
import { type Program, program } from './program.js';
import { forgetFolder, makeServerFolder } from './serverFolders.js';

export { PATRONI_PASSWORD, PATRONI_USER, type PatroniMember, SUPERUSER_PASSWORD } from './patroniNode.js';

export interface PatroniCluster {
  readonly members: readonly PatroniMember[];
  readonly urls: readonly string[];
  /** Connection URI of the superuser, without its password. */
  readonly dsn: (member: PatroniMember) => string;
  /** A request to the REST API of a member, with its user and password. */
  readonly rest: (member: PatroniMember, request: string, body?: unknown) => Promise<PatroniAnswer>;
  /** Waits until one member leads and all others follow it, in everybody's eyes; returns them, the leader first. */
  readonly settled: () => Promise<readonly [PatroniMember, ...PatroniMember[]]>;
  /** The member of that name. */
  readonly node: (name: string) => PatroniMember;
  readonly stopEtcd: () => Promise<void>;
  readonly startEtcd: () => void;
  /** SIGKILL for the leader's Patroni and postmaster; returns who it was, to be started again. */
  readonly killLeader: () => Promise<PatroniMember>;
  /** Hands the lead to a member, or to whom Patroni chooses; resolves when everybody follows, the new leader first. */
  readonly switchover: (candidate?: PatroniMember) => Promise<readonly [PatroniMember, ...PatroniMember[]]>;
  /** Pauses the cluster, or ends the pause, and waits until every member knows. */
  readonly pause: (paused: boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface PatroniClusterOptions extends PatroniOptions {
  /** 3 unless said. */
  readonly size?: 1 | 3;
}

/** The first one founds the cluster more often than not, but not always. */
const NAMES = ['n1', 'n2', 'n3'];
/** A machine may be busy: three servers are set up and copied in this time, usually in a tenth of it. */
const SETTLES_WITHIN_MS = 170_000;

/**
 * Starts etcd and three Patroni nodes on free ports of 127.0.0.1, from Debian's packages, and waits until they are a
 * cluster. Everything runs as another account than root, in one folder, and ends with this process.
 *
 * With `proxied: true` a proxy stands before each member's REST API and PostgreSQL, and before etcd as that member
 * reaches it; `members`, `urls`, `dsn` and what /cluster tells all lead through them. So a test takes a link away and
 * gives it back, alone or with others:
 *
 *     cluster.node('n2').cut('rest');          // its REST API breaks every connection
 *     cluster.node('n2').cut('sql', 'hang');   // nobody hears of its PostgreSQL any more, its replicas included
 *     cluster.node('n2').cut('etcd');          // it does not reach the DCS: a leader demotes itself
 *     cluster.node('n2').heal();               // all of them
 *     await cluster.settled();                 // and everybody is well again
 *
 * `rest`, `query`, `settled`, `switchover` and `pause` go past the proxies, so that a test can look and act while
 * links are cut. A member's `kill` and `killLeader` leave it to be started again with `start`.
 */
export async function startPatroniCluster(options: PatroniClusterOptions = {}): Promise<PatroniCluster> {
  const user = serverUser();
  const folder = await makeServerFolder('patroni', user);
  const etcd = await etcdIn(folder, user);
  // Before the nodes look for free ports of their own, so that none of them takes etcd's.
  etcd.program.start();
  const nodes = await Promise.all(
    NAMES.slice(0, options.size ?? 3).map((name) => patroniNodeIn(folder, name, user, etcd.port, options)),
  );
  const members = nodes.map(({ member }) => member);
  const stop = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.stop()));
    await Promise.all(nodes.map((node) => node.close()));
    await etcd.program.stop();
    await forgetFolder(folder);
  };
  const cluster: PatroniCluster = {
    members,
    urls: members.map(({ url }) => url),
    dsn: ({ port }) => `postgresql://postgres@127.0.0.1:${String(port)}/postgres`,
    rest: (member, request, body) => nodeNamed(nodes, member.name).rest(request, body),
    settled: () => settled(nodes),
    node: (name) => nodeNamed(nodes, name).member,
    killLeader: async () => {
      const { member } = await leaderOf(nodes);
      await member.kill();
      return member;
    },
    switchover: (candidate) => switchover(nodes, candidate),
    pause: (paused) => pause(nodes, paused),
    stopEtcd: etcd.program.stop,
    startEtcd: etcd.program.start,
    stop,
  };
  try {
    await untilTrue('an etcd that has decided on its version', () => lookForVersion(etcd.port));
    for (const member of members) member.start();
    await cluster.settled();
  } catch (error) {
    const logs = await Promise.all(members.map(async (member) => (await member.log()).slice(-2000)));
    await stop();
    throw new Error(`the Patroni cluster did not come up: ${logs.join('\n---\n')}`, { cause: error });
  }
  return cluster;
}

async function etcdIn(
  folder: string,
  user: SystemUser | undefined,
): Promise<{ readonly port: number; readonly program: Program }> {
  const [port, peerPort] = [await freePort(), await freePort()];
  const [client, peer] = [port, peerPort].map((one) => `http://127.0.0.1:${String(one)}`);
  await makePrivateFolder(join(folder, 'etcd'), user);
  const options: Readonly<Record<string, string>> = {
    'data-dir': join(folder, 'etcd'),
    name: 'etcd',
    'listen-client-urls': client ?? '',
    'advertise-client-urls': client ?? '',
    'listen-peer-urls': peer ?? '',
    'initial-advertise-peer-urls': peer ?? '',
    'initial-cluster': `etcd=${peer ?? ''}`,
    // A busy machine with a slow disk is no reason to elect another leader out of one.
    'heartbeat-interval': '500',
    'election-timeout': '5000',
    'unsafe-no-fsync': 'true',
  };
  const words = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return { port, program: program(['/usr/bin/etcd', ...words], user, join(folder, 'etcd.log')) };
}

/** Debian's Patroni ends with a traceback when it meets an etcd that is so young that it says `not_decided`. */
async function lookForVersion(port: number): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${String(port)}/version`);
  const { etcdcluster } = (await answer.json()) as { readonly etcdcluster: string };
  return /^\d/.test(etcdcluster) ? etcdcluster : undefined;
}

function nodeNamed(nodes: readonly PatroniNode[], name: string): PatroniNode {
  const found = nodes.find(({ member }) => member.name === name);
  if (found === undefined) throw new Error(`there is no member ${name}`);
  return found;
}

async function leaderOf(nodes: readonly PatroniNode[]): Promise<PatroniNode> {
  const [leader] = await settled(nodes);
  return nodeNamed(nodes, leader.name);
}

async function switchover(
  nodes: readonly PatroniNode[],
  candidate: PatroniMember | undefined,
): ReturnType<PatroniCluster['switchover']> {
  const leader = await leaderOf(nodes);
  const body = {
    leader: leader.member.name,
    ...(candidate === undefined ? {} : { candidate: candidate.name }),
  };
  const { status, body: said } = await leader.rest('POST /switchover', body);
  if (status !== 200) throw new Error(`no switchover: ${String(said)}`);
  return settled(nodes);
}

async function pause(nodes: readonly PatroniNode[], paused: boolean): Promise<void> {
  const isKnown = (answer: PatroniAnswer): boolean =>
    ((answer.body as { readonly pause?: boolean }).pause === true) === paused;
  await nodes[0]?.rest('PATCH /config', { pause: paused ? true : null });
  await untilTrue('a pause that everybody knows of', async () => {
    const told = await Promise.all(nodes.map(({ rest }) => rest('GET /patroni')));
    return told.every(isKnown) || undefined;
  });
}

/** What `look` returns as soon as it is not undefined; a look that fails is one that saw nothing yet. */
async function untilTrue<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

interface Seen {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly timeline?: number;
}

async function settled(nodes: readonly PatroniNode[]): Promise<readonly [PatroniMember, ...PatroniMember[]]> {
  const leader = await untilTrue('a leader that everybody follows', () => lookForLeader(nodes));
  return [leader, ...nodes.map(({ member }) => member).filter((member) => member !== leader)];
}

/** The leader, when every node tells of the same, all run, and the replicas stream on its timeline. */
async function lookForLeader(nodes: readonly PatroniNode[]): Promise<PatroniMember | undefined> {
  const views = await Promise.all(
    nodes.map(async ({ rest }) => ((await rest('GET /cluster')).body as { members: Seen[] }).members),
  );
  const [view] = views;
  const leader = view?.find(({ role }) => role === 'leader');
  const all = views.flat();
  const isWell =
    all.length === nodes.length ** 2 &&
    all.filter(({ role, name }) => role === 'leader' && name === leader?.name).length === nodes.length &&
    all.every(({ state }) => state === 'running' || state === 'streaming') &&
    all.every(({ timeline }) => timeline === leader?.timeline);
  if (!isWell || leader === undefined) return undefined;
  const { member } = nodeNamed(nodes, leader.name);
  const [row] = await member.query(
    "SELECT count(*)::int AS n FROM pg_stat_replication WHERE state = 'streaming'",
  );
  return row?.['n'] === nodes.length - 1 ? member : undefined;
}
