import { join } from 'node:path';

/** TLS of the REST API. */
export interface PatroniTls {
  /** PEM files. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  /** `optional`: changes need a certificate; `required`: everything does. */
  readonly verifyClient: 'none' | 'optional' | 'required';
  /** What a client of Node needs to be let in. */
  readonly client: () => Promise<{ readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer }>;
}

type Parameters = Readonly<Record<string, string | number>>;

/** `postgresql.parameters` of a node’s own file; null takes out what stands there otherwise. */
export type LocalParameters = Readonly<Record<string, string | number | null>>;

export interface PatroniFileOptions {
  readonly name: string;
  /** The node's own folder; data and socket lie in it. */
  readonly folder: string;
  readonly port: number;
  readonly restPort: number;
  /** Where the others are told to find it; other ports than its own where proxies stand before it. */
  readonly advertised: { readonly port: number; readonly restPort: number };
  /** Where it finds etcd. */
  readonly etcdPort: number;
  readonly rest: { readonly username: string; readonly password: string };
  readonly superuserPassword: string;
  readonly tls?: PatroniTls;
  readonly local?: Readonly<Record<string, LocalParameters>>;
  readonly dcs?: Parameters;
  /** The DCS beside PostgreSQL's parameters, such as synchronous_mode. */
  readonly dynamic?: Readonly<Record<string, unknown>>;
  /** Tags of a member, by its name. */
  readonly tags?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** No test waits for a disk. They stand in the nodes' own files, as local settings do elsewhere. */
const QUICK: Parameters = { fsync: 'off', shared_buffers: '16MB' };

/** What the DCS is told at the start, by the first node. */
const DCS: Parameters = { max_connections: 60, wal_level: 'replica', hot_standby: 'on', work_mem: '5MB' };

/** A node's configuration file: JSON, which is YAML. */
export function patroniYaml(node: PatroniFileOptions): string {
  const { name, folder, port, restPort, advertised, etcdPort, tls } = node;
  const local = (one: number): string => `127.0.0.1:${String(one)}`;
  return JSON.stringify({
    scope: 'pgdba-test',
    namespace: '/pgdba/',
    name,
    restapi: {
      listen: local(restPort),
      connect_address: local(advertised.restPort),
      authentication: node.rest,
      ...restTls(tls),
    },
    ...(tls === undefined
      ? {}
      : { ctl: { insecure: false, cacert: tls.ca, certfile: tls.cert, keyfile: tls.key } }),
    // Told to use proxies, it does not ask etcd for etcd's own address and go there.
    etcd3: { hosts: [local(etcdPort)], use_proxies: true },
    bootstrap: {
      dcs: {
        ...{ ttl: 30, loop_wait: 2, retry_timeout: 5, maximum_lag_on_failover: 1048576 },
        ...node.dynamic,
        postgresql: { use_pg_rewind: true, use_slots: true, parameters: { ...DCS, ...node.dcs } },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'no-sync', 'data-checksums'],
    },
    tags: node.tags?.[name] ?? {},
    postgresql: {
      listen: local(port),
      connect_address: local(advertised.port),
      data_dir: join(folder, 'data'),
      bin_dir: '/usr/lib/postgresql/15/bin',
      pgpass: join(folder, 'pgpass'),
      authentication: {
        superuser: { username: 'postgres', password: node.superuserPassword },
        replication: { username: 'repl', password: 'repl-secret' },
        rewind: { username: 'rewind', password: 'rewind-secret' },
      },
      pg_hba: [
        'local all all trust',
        'host all all 127.0.0.1/32 scram-sha-256',
        'host replication repl 127.0.0.1/32 scram-sha-256',
      ],
      basebackup: [{ checkpoint: 'fast' }, 'no-sync'],
      parameters: withoutNulls({ ...QUICK, unix_socket_directories: folder, ...node.local?.[name] }),
    },
  });
}

function withoutNulls(parameters: LocalParameters): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null));
}

function restTls(tls: PatroniTls | undefined): Record<string, string> {
  if (tls === undefined) return {};
  return { certfile: tls.cert, keyfile: tls.key, cafile: tls.ca, verify_client: tls.verifyClient };
}
