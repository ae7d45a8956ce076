import { join } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../base.js';
import { entryOf } from '../cluster/registration.js';
import { findCluster, registerCluster, removeCluster } from '../cluster/registry.js';
import { PgdbaError } from '../core/errors.js';
import { connect } from '../db/connect.js';
import { resolveConnection } from '../db/libpq/resolve.js';
import { processSurroundings } from '../db/libpq/surroundings.js';
import { packageRoot } from '../packageRoot.js';
import type { Outcome } from '../run.js';
import { DEMO_CLUSTER, type DemoSurroundings, keepDemo, runDemo, stopDemo } from '../sandbox/demo.js';
import type { OpenDemoConnection } from '../sandbox/demoConnection.js';
import type { DemoData } from '../sandbox/demoData.js';

export class Demo extends PgdbaCommand {
  static override summary =
    'Start an embedded PostgreSQL with a sample workload and show the main commands on it.';
  static override description =
    'The tour is told on stderr, its results are in the envelope. The server listens on a Unix socket in a private ' +
    'folder alone; it is stopped and removed at the end unless --keep is given.';
  static override examples = ['pgdba demo', 'pgdba demo --keep', 'pgdba demo --stop'];
  static override flags = {
    keep: Flags.boolean({ summary: `Leave the server running, registered as cluster ${DEMO_CLUSTER}.` }),
    stop: Flags.boolean({ summary: 'Stop and remove the server that --keep left running.' }),
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(Demo);
    const around = this.#surroundings();
    if (flags.keep) await refuseForeignCluster(around.home);
    const work = flags.stop ? stopDemo(around) : flags.keep ? keepDemo(around) : runDemo(around);
    this.#finishWhenInterrupted(work);
    const data = await work;
    if (data.already_running) this.invocation.warn('demo_already_running', 'the demo server runs already');
    if (flags.stop && !data.stopped) this.invocation.warn('demo_not_running', 'no demo server was kept');
    return { data, ...failureOf(data) };
  }

  #surroundings(): DemoSurroundings {
    const { surroundings, clock, interrupted } = this.invocation;
    const { home, env } = surroundings;
    return {
      packageRoot: packageRoot(),
      entryPoint: join(packageRoot(), 'bin', 'run.js'),
      home,
      env,
      signal: interrupted,
      open,
      tell: (line) => void process.stderr.write(`${line}\n`),
      register: async (name, dsn) => {
        const entry = entryOf({ dsn, tags: ['demo=true'] }, clock.now(), processSurroundings({}));
        await registerCluster(home, name, entry, { replace: true });
      },
      unregister: async (name) => {
        if ((await ownerOfName(home)) === 'demo') await removeCluster(home, name);
      },
    };
  }

  /** An interrupted demo still stops its server. */
  #finishWhenInterrupted(work: Promise<unknown>): void {
    this.invocation.onInterrupt(async () => {
      await work.catch(() => undefined);
    });
  }
}

/** The demo's own server asks for nothing: no guard, and nothing of the caller's PG* variables. */
const open: OpenDemoConnection = async (dsn, applicationName, signal) => {
  const plan = resolveConnection({ dsn }, processSurroundings({}));
  const connection = await connect(plan, { applicationName, guards: {}, signal });
  // A connection that is dropped leaves its statements without an answer; whoever waits for one must be told.
  let refuse: (reason: Error) => void = () => undefined;
  const closed = new Promise<never>((_resolve, reject) => (refuse = reject));
  closed.catch(() => undefined);
  const close = (): void => {
    connection.destroy();
    refuse(new Error('the connection was closed'));
  };
  signal.addEventListener('abort', close, { once: true });
  return {
    execute: async (sql) => {
      const answer: unknown = await Promise.race([connection.client.query(sql), closed]);
      const last: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
      return (last as { rows: Record<string, unknown>[] }).rows;
    },
    close,
  };
};

/** Whose the name `demo` is in the registry: nobody's, this command's, or the user's own. */
async function ownerOfName(home: string): Promise<'nobody' | 'demo' | 'user'> {
  try {
    return (await findCluster(home, DEMO_CLUSTER)).tags['demo'] === 'true' ? 'demo' : 'user';
  } catch (error) {
    if (error instanceof PgdbaError && error.code === 'unknown_cluster') return 'nobody';
    throw error;
  }
}

/** A cluster that the user called `demo` is theirs, and is not replaced. */
async function refuseForeignCluster(home: string): Promise<void> {
  if ((await ownerOfName(home)) !== 'user') return;
  throw new PgdbaError('cluster_exists', `the registry already has a cluster ${DEMO_CLUSTER} of your own`, {
    hint: 'Give it another name first, or run pgdba demo without --keep.',
  });
}

/** A command of the tour that failed makes the demo fail too, with all that the others found. */
function failureOf(data: DemoData): { error?: PgdbaError } {
  const failed = data.tour.filter((entry) => !entry.ok).map((entry) => entry.command);
  if (failed.length === 0) return {};
  return { error: new PgdbaError('demo_failed', `commands of the tour failed: ${failed.join('; ')}`) };
}
