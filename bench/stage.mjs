// What the rows need: servers, recorded statements as files, proxies. All made when first asked for, gone at the end.
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, outputOf } from './measure.mjs';
import { findCheckPostgres, findPgmetrics, findPsql, pgdba, psqlRunning } from './programs.mjs';
import { startRecorder } from './recorder.mjs';
import { makeQueue, QUEUE_SETTINGS } from './queue.mjs';
import { countReads, readsOnly, sameMessages } from './script.mjs';
import { countWide, makeWide, WIDE_SETTINGS } from './wide.mjs';

/** Sets up what one run of the benchmark works with. */
export async function openStage(options, support, say) {
  const folder = await mkdtemp(join(tmpdir(), 'pgdba-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return new Stage(options, support, say, folder);
}

class Stage {
  psql = findPsql();
  pgmetrics = findPgmetrics();
  checkPostgres = findCheckPostgres();
  env;
  rounds;
  /** role of the server ('small', 'wide' or 'queue') → what it is, for the result file */
  serverFacts = {};
  #options;
  #support;
  #say;
  #folder;
  #started = [];
  #files = 0;
  #made = new Map();

  constructor(options, support, say, folder) {
    this.rounds = options.rounds;
    this.env = cleanEnvironment(folder);
    this.#options = options;
    this.#support = support;
    this.#say = say;
    this.#folder = folder;
  }

  /** DSN of a server without much in it. */
  small() {
    return this.#once('small', async () => {
      const { server: given } = this.#options;
      return this.#known('small', given ?? (await this.#startSmall()));
    });
  }

  /** DSN of the wide database. */
  wide() {
    return this.#once('wide', async () => {
      const { wide: given } = this.#options;
      const dsn = given ?? (await this.#startWide());
      const facts = await countWide(() => this.connect(dsn));
      return this.#known('wide', dsn, facts);
    });
  }

  /** DSN of a server on which 300 sessions wait for locks. */
  queue() {
    return this.#once('queue', async () => {
      const server = await this.#start('bench-queue', QUEUE_SETTINGS);
      const dsn = plain(server.dsn());
      await makeQueue(() => this.connect(dsn));
      return this.#known('queue', dsn);
    });
  }

  /** An open client. */
  async connect(dsn) {
    const client = new this.#support.pg.Client({ connectionString: dsn });
    await client.connect();
    return client;
  }

  /** A proxy in front of a DSN's server, and the DSN through it. */
  async proxied(dsn, rules) {
    const proxy = await this.#support.startProxy({ target: addressOf(dsn), rules });
    return { proxy, dsn: rerouted(dsn, proxy) };
  }

  /**
   * Records what pgdba with these words sends to a server, and writes it down for psql.
   * @returns files with every message and with the reads alone, and the envelope that pgdba made of the answers
   */
  recorded(dsn, words) {
    return this.#once(`statements ${dsn} ${words.join(' ')}`, async () => {
      const recorder = await startRecorder(addressOf(dsn));
      const command = pgdba(...words, '--dsn', rerouted(dsn, recorder));
      const text = await outputOf(command, this.env);
      recorder.close();
      const { statements } = recorder;
      const envelope = JSON.parse(text);
      const sections = Object.values(envelope.data.sections ?? {});
      const answered = sections.filter(({ sampled_at: at }) => at !== null).length;
      if (countReads(statements) < Math.max(1, answered))
        throw new Error(`${answered} sections, but fewer reads were seen`);
      return {
        messages: statements.length,
        reads: countReads(statements),
        wholeFile: await this.#scriptFile(sameMessages(statements), dsn),
        readsFile: await this.#scriptFile(readsOnly(statements), dsn),
        envelope,
        bytes: Buffer.byteLength(text),
      };
    });
  }

  /** Writes a file for psql and lets it run once, so that a file that fails is seen before anything is measured. */
  async #scriptFile(sql, dsn) {
    const file = join(this.#folder, `${(this.#files += 1)}.sql`);
    await writeFile(file, sql);
    if (this.psql !== null) await outputOf(psqlRunning(this.psql, file, dsn), this.env);
    return file;
  }

  /** Words for another run that is to use the servers of this one. */
  async reuseHint() {
    const words = [];
    if (this.#made.has('small')) words.push('--server', `'${await this.small()}'`);
    if (this.#made.has('wide')) words.push('--wide', `'${await this.wide()}'`);
    return words.join(' ');
  }

  async close() {
    await Promise.all(this.#started.map((server) => server.stop()));
  }

  #once(key, make) {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key);
  }

  async #known(role, dsn, more = {}) {
    const client = await this.connect(dsn);
    const { rows } = await client.query("SELECT current_setting('server_version') AS server_version");
    await client.end();
    this.serverFacts[role] = { ...rows[0], ...more };
    return dsn;
  }

  async #startSmall() {
    const server = await this.#start('bench-small', {});
    await server.query('CREATE EXTENSION pg_stat_statements');
    return plain(server.dsn());
  }

  async #startWide() {
    this.#say('making the wide database ...');
    const started = performance.now();
    const server = await this.#start('bench-wide', WIDE_SETTINGS);
    await server.createDatabase('wide');
    const dsn = plain(server.dsn({ dbname: 'wide' }));
    await makeWide(() => this.connect(dsn));
    this.#say(`made in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    return dsn;
  }

  async #start(name, settings) {
    const { major } = this.#options;
    const server = await this.#support.startServer({
      major,
      name,
      settings: { autovacuum: 'off', ...settings },
    });
    this.#started.push(server);
    return server;
  }
}

/** Without a try for TLS, which the servers do not have: psql would pay a round trip for it. */
function plain(dsn) {
  return `${dsn}?sslmode=disable`;
}

function addressOf(dsn) {
  const { hostname, port } = new URL(dsn);
  return { host: hostname, port: Number(port) };
}

function rerouted(dsn, { host, port }) {
  const url = new URL(dsn);
  url.host = `${host}:${port}`;
  return url.href;
}
