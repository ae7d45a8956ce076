import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import pg from 'pg';
import { giveTo, type SystemUser } from '../../src/sandbox/systemUser.js';
import { freePort } from './freePort.js';
import { patroniYaml, type PatroniTls } from './patroniYaml.js';
import { program } from './program.js';

/** What the REST API and the superuser of every test cluster take. The colon is there to be split wrongly. */
export const PATRONI_USER = 'pgdba';
export const PATRONI_PASSWORD = 'rest:secret';
export const SUPERUSER_PASSWORD = 'super-secret';

export interface PatroniMember {
  readonly name: string;
  /** Base of its REST API. */
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** Rows of a statement that the superuser runs on this member. */
  readonly query: (sql: string) => Promise<Record<string, unknown>[]>;
  /** Ends Patroni with its PostgreSQL, in order. */
  readonly stop: () => Promise<void>;
  readonly start: () => void;
  /** What Patroni has logged so far. */
  readonly log: () => Promise<string>;
}

export interface PatroniAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface PatroniOptions {
  readonly tls?: PatroniTls;
  /** `postgresql.parameters` of a member's own file, by its name. */
  readonly local?: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  /** `postgresql.parameters` of the DCS. */
  readonly dcs?: Readonly<Record<string, string | number>>;
}

/** A member, and the way to its REST API. */
export interface PatroniNode {
  readonly member: PatroniMember;
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
  const [port, restPort] = [await freePort(), await freePort()];
  const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(restPort)}`;
  await mkdir(own);
  await giveTo(own, user);
  const tls = options.tls === undefined ? {} : { tls: await copiedTo(own, options.tls, user) };
  const rest = { username: PATRONI_USER, password: PATRONI_PASSWORD };
  const ports = { port, restPort, etcdPort };
  const yaml = patroniYaml({
    name,
    folder: own,
    ...ports,
    rest,
    superuserPassword: SUPERUSER_PASSWORD,
    ...options,
    ...tls,
  });
  await writeFile(join(own, 'patroni.yml'), yaml);
  await giveTo(join(own, 'patroni.yml'), user);
  const log = join(own, 'patroni.log');
  const patroni = program(['/usr/bin/patroni', join(own, 'patroni.yml')], user, log);
  const member: PatroniMember = {
    name,
    url,
    port,
    dataDirectory: join(own, 'data'),
    query: (sql) => queryAt(port, sql),
    ...patroni,
    log: () => readFile(log, 'utf8').catch(() => ''),
  };
  return { member, rest: (request, body) => ask(url, request, body, options.tls) };
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
