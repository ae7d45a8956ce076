import type { Major } from './majors.js';
import { handleOf, type ServerHandle } from './serverHandle.js';

/** A server that was not made from the npm binaries: it can be asked, but not crashed or reconfigured. */
export interface BorrowedServer extends ServerHandle {
  stop(): Promise<void>;
}

/**
 * The server that the environment offers for a major instead of the npm binaries: a DSN in PGDBA_TEST_DSN_<MAJOR>,
 * or a container with PGDBA_TEST_DOCKER=1; undefined when it offers none.
 */
export async function borrowedServer(major: Major): Promise<BorrowedServer | undefined> {
  const dsn = process.env[`PGDBA_TEST_DSN_${String(major)}`];
  if (dsn !== undefined && dsn !== '') return serverAt(major, dsn);
  if (process.env['PGDBA_TEST_DOCKER'] === '1') return serverInContainer(major);
  return undefined;
}

/** The DSN is a URI of a superuser; what the tests make there stays, and is found by the next run. */
function serverAt(major: Major, dsn: string): BorrowedServer {
  const url = new URL(dsn);
  const handle = handleOf({
    major,
    host: decodeURIComponent(url.hostname),
    port: Number(url.port === '' ? '5432' : url.port),
    socketDirectory: '',
    dataDirectory: '',
    superuser: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  });
  return { ...handle, stop: () => Promise.resolve() };
}

/** Written for machines with Docker and not tried on one. */
async function serverInContainer(major: Major): Promise<BorrowedServer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const settings = ['shared_preload_libraries=pg_stat_statements', 'track_io_timing=on', 'wal_level=logical'];
  const container = await new GenericContainer(`postgres:${String(major)}`)
    .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: 'trust' })
    .withCommand(['postgres', ...settings.flatMap((setting) => ['-c', setting])])
    .withExposedPorts(5432)
    // The image starts the server twice: the first time to set it up, reachable from inside alone.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  const handle = handleOf({
    major,
    host: container.getHost(),
    port: container.getMappedPort(5432),
    socketDirectory: '',
    dataDirectory: '',
    superuser: 'postgres',
    password: '',
  });
  return {
    ...handle,
    stop: async () => {
      await container.stop();
    },
  };
}
