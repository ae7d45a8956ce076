import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import pg from 'pg';
import { giveTo, type SystemUser } from '../../src/sandbox/systemUser.js';
import { freePort } from './freePort.js';
import { type LocalParameters, patroniYaml, type PatroniTls } from './patroniYaml.js';
import { program } from './program.js';
import { startProxy, type FaultKind, type Proxy } from './proxy.js';

/** What the REST API and the superuser of every test cluster take. The colon is there to be split wrongly. */
export const PATRONI_USER = 'pgdba';
export const PATRONI_PASSWORD = 'rest:secret';
export const SUPERUSER_PASSWORD = 'super-secret';

/** A way to or from a member that can be cut. */
export type PatroniLink = 'rest' | 'sql' | 'etcd';

const LINKS: readonly PatroniLink[] = ['rest', 'sql', 'etcd'];

export interface PatroniMember {
  readonly name: string;
  /** Base of its REST API, as the cluster tells of it: through the proxy where there is one. */
  readonly url: string;
  /** Port of its PostgreSQL, as the cluster tells of it. */
  readonly port: number;
  readonly dataDirectory: string;
  /** Rows of a statement that the superuser runs on this member; past the proxies. */
  readonly query: (sql: string) => Promise<Record<string, unknown>[]>;
  /** Ends Patroni with its PostgreSQL, in order. */
  readonly stop: () => Promise<void>;
  readonly start: () => void;
  /** What Patroni has logged so far. */
  readonly log: () => Promise<string>;
  /** SIGKILL for Patroni, then for its postmaster: what a host that loses its power looks like to the others. */
  readonly kill: () => Promise<void>;
  /**
   * Cuts a way, for connections that exist and those to come: `reset` (unless said) breaks them, `hang` lets them wait
   * as a firewall does. `sql` is PostgreSQL as everybody else reaches it, its replicas included. Only when `proxied`.
   */
  readonly cut: (link: PatroniLink, kind?: FaultKind) => void;
  /** Restores a way; all of them when none is named. */
  readonly heal: (link?: PatroniLink) => void;
}

export interface PatroniAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface PatroniOptions {
  readonly tls?: PatroniTls;
  /** `postgresql.parameters` of a member's own file, by its name. */
  readonly local?: Readonly<Record<string, LocalParameters>>;
  /** `postgresql.parameters` of the DCS. */
  readonly dcs?: Readonly<Record<string, string | number>>;
  /** The DCS beside PostgreSQL's parameters, such as synchronous_mode. */
  readonly dynamic?: Readonly<Record<string, unknown>>;
  /** Tags of a member, by its name. */
  readonly tags?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Each member's REST API, PostgreSQL and way to etcd stand behind a proxy that can be cut. */
  readonly proxied?: boolean;
}

/** A member, and the way to its REST API past the proxies. */
export interface PatroniNode {
  readonly member: PatroniMember;
  /** Ends its proxies. */
  readonly close: () => Promise<void>;
  readonly rest: (request: string, body?: unknown) => Promise<PatroniAnswer>;
}

/** A node in a folder of its own under `folder`; not started. */
export async function patroniNodeIn(
  folder: string,
  name: string,
  user: SystemUser | undefined,
  etcdPort: number,
  options: PatroniOptions,
): Promise<PatroniNode> {
  const own = join(folder, name);
  const ports = { port: await freePort(), restPort: await freePort() };
  const proxies = options.proxied === true ? await proxiesFor(ports, etcdPort) : null;
  const port = proxies?.sql.port ?? ports.port;
  const restPort = proxies?.rest.port ?? ports.restPort;
  await mkdir(own);
  await giveTo(own, user);
  const tls = options.tls === undefined ? {} : { tls: await copiedTo(own, options.tls, user) };
  const yaml = patroniYaml({
    name,
    folder: own,
    ...ports,
    advertised: { port, restPort },
    etcdPort: proxies?.etcd.port ?? etcdPort,
    rest: { username: PATRONI_USER, password: PATRONI_PASSWORD },
    superuserPassword: SUPERUSER_PASSWORD,
    ...options,
    ...tls,
  });
  await writeFile(join(own, 'patroni.yml'), yaml);
  await giveTo(join(own, 'patroni.yml'), user);
  const log = join(own, 'patroni.log');
  const patroni = program(['/usr/bin/patroni', join(own, 'patroni.yml')], user, log);
  const dataDirectory = join(own, 'data');
  const urlAt = (at: number): string =>
    `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(at)}`;
  const member: PatroniMember = {
    name,
    url: urlAt(restPort),
    port,
    dataDirectory,
    query: (sql) => queryAt(ports.port, sql),
    ...patroni,
    log: () => readFile(log, 'utf8').catch(() => ''),
    kill: async () => {
      const postmaster = await postmasterOf(dataDirectory);
      await patroni.kill();
      process.kill(postmaster, 'SIGKILL');
    },
    cut: (link, kind = 'reset') => {
      proxied(proxies)[link].cut(kind);
    },
    heal: (link) => {
      for (const one of link === undefined ? LINKS : [link]) proxied(proxies)[one].heal();
    },
  };
  return {
    member,
    close: async () => {
      await Promise.all(Object.values(proxies ?? {}).map((proxy) => proxy.close()));
    },
    rest: (request, body) => ask(urlAt(ports.restPort), request, body, options.tls),
  };
}

type Proxies = Readonly<Record<PatroniLink, Proxy>>;

async function proxiesFor(
  { port, restPort }: { readonly port: number; readonly restPort: number },
  etcdPort: number,
): Promise<Proxies> {
  const before = (target: number): Promise<Proxy> =>
    startProxy({ target: { host: '127.0.0.1', port: target } });
  return { rest: await before(restPort), sql: await before(port), etcd: await before(etcdPort) };
}

function proxied(proxies: Proxies | null): Proxies {
  if (proxies === null) throw new Error('the cluster was started without proxied: true');
  return proxies;
}

async function postmasterOf(dataDirectory: string): Promise<number> {
  const [pid = ''] = (await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}

/** With copies that the node's account may read. */
async function copiedTo(folder: string, tls: PatroniTls, user: SystemUser | undefined): Promise<PatroniTls> {
  const copy = async (name: string, source: string): Promise<string> => {
    const target = join(folder, name);
    await copyFile(source, target);
    await giveTo(target, user);
    return target;
  };
  return {
    ...tls,
    cert: await copy('rest.crt', tls.cert),
    key: await copy('rest.key', tls.key),
    ca: await copy('rest-ca.crt', tls.ca),
  };
}

async function queryAt(port: number, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' },
    password: SUPERUSER_PASSWORD,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** @param request such as `PATCH /config` */
async function ask(
  url: string,
  request: string,
  body: unknown,
  tls: PatroniTls | undefined,
): Promise<PatroniAnswer> {
  const [method = 'GET', path = '/'] = request.split(' ');
  const text = body === undefined ? '' : JSON.stringify(body);
  const options: RequestOptions = {
    method,
    auth: `${PATRONI_USER}:${PATRONI_PASSWORD}`,
    headers: { 'content-length': Buffer.byteLength(text) },
    timeout: 20_000,
    ...(tls === undefined ? {} : await tls.client()),
  };
  return new Promise((resolve, reject) => {
    const answered = (answer: IncomingMessage): void => {
      let got = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (got += chunk));
      answer.once('error', reject).once('end', () => {
        resolve({ status: answer.statusCode ?? 0, body: parsed(got) });
      });
    };
    const sent = (tls === undefined ? plainRequest : tlsRequest)(`${url}${path}`, options, answered);
    sent.once('error', reject).once('timeout', () => sent.destroy(new Error(`no answer to ${request}`)));
    sent.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
