// The server of the experiment: a data directory that is built once and copied for every run.
import { execFile } from 'node:child_process';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A shutdown writes what shared buffers hold. */
const STOP_MS = 600_000;
const START_MS = 120_000;
const LOCAL = '127.0.0.1';

/** Makes an empty data directory, as initdb leaves it but for where it listens. */
export async function openTestBed(support, major) {
  const user = support.serverUser();
  const binaries = await support.usableBinaries(await support.binariesOf(major), user);
  const folder = await support.makeServerFolder('bench-tuning', user);
  const sandbox = {
    binaries,
    user,
    dataDirectory: join(folder, 'data'),
    socketDirectory: join(folder, 's'),
    logFile: join(folder, 'log'),
    port: await support.freePort(),
    listen: LOCAL,
    settings: {},
    hba: ['local all all trust', `host all all ${LOCAL}/32 trust`],
    detached: false,
    startTimeoutMs: START_MS,
  };
  await support.initialiseSandbox(sandbox);
  return new TestBed(support, folder, sandbox);
}

class TestBed {
  #support;
  #folder;
  #sandbox;
  #running = null;

  constructor(support, folder, sandbox) {
    this.#support = support;
    this.#folder = folder;
    this.#sandbox = sandbox;
  }

  /** Fills the data directory and puts it aside as the one that runs are copied from. */
  async build(fill) {
    await this.#started(async (server) => {
      await server.query('CREATE DATABASE bench', 'postgres');
      await fill(server);
    });
    await rename(this.#sandbox.dataDirectory, this.#base());
  }

  /**
   * Copies the data directory, starts a server on the copy, and removes it after use.
   * @param autoConf text of postgresql.auto.conf; null for what initdb made
   * @throws Error when the server does not start, or takes a line of its configuration for wrong
   */
  async withCopy(autoConf, use) {
    const { dataDirectory } = this.#sandbox;
    await run('cp', ['-a', this.#base(), dataDirectory]);
    try {
      if (autoConf !== null) await writeFile(this.#autoConfFile(), autoConf);
      return await this.#started(use);
    } finally {
      await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** postgresql.auto.conf as it is now. */
  autoConf() {
    return readFile(this.#autoConfFile(), 'utf8');
  }

  async close() {
    await this.#stop();
    await this.#support.forgetFolder(this.#folder);
  }

  async #started(use) {
    this.#running = await this.#support.startSandboxServer(this.#sandbox);
    this.#support.rememberProcess(this.#folder, this.#running);
    try {
      return await use(this.#server());
    } finally {
      await this.#stop();
    }
  }

  async #stop() {
    if (this.#running !== null) await this.#support.stopServer(this.#running, STOP_MS);
    this.#running = null;
  }

  #server() {
    const { port } = this.#sandbox;
    const dsn = (database) => `postgresql://postgres@${LOCAL}:${port}/${database}?sslmode=disable`;
    const connect = async (database) => {
      const client = new this.#support.pg.Client({ connectionString: dsn(database) });
      await client.connect();
      return client;
    };
    const query = async (sql, database = 'bench') => {
      const client = await connect(database);
      return client.query(sql).finally(() => client.end());
    };
    return { host: LOCAL, port, dsn, connect, query };
  }

  #base() {
    return join(this.#folder, 'base');
  }

  #autoConfFile() {
    return join(this.#sandbox.dataDirectory, 'postgresql.auto.conf');
  }
}
