import { PgdbaError } from './core/errors.js';
import type { PatroniFlags } from './patroniAccess.js';
import { dcsSightOf } from './patroniSight.js';
import type { Reach } from './reach.js';
import type { Outcome, Run } from './run.js';
import type { ChangeAnswer } from './tuning/changeset/pipelineCarryOut.js';
import type { ChangeSurroundings } from './tuning/changeset/pipelineSurroundings.js';
import type { PatroniReach } from './tuning/dcs/patroniReach.js';
import { readHostFacts } from './tuning/host/hostFacts.js';
import { thisMachine } from './tuning/host/localMachine.js';

/** How Patroni is reached, and how far a change through it may go; flags as parsed. */
export interface DcsFlags extends PatroniFlags {
  readonly 'patroni-wait'?: number | undefined;
  readonly 'keep-partial'?: boolean;
}

/** What the caller says about a change's surroundings. */
interface Said {
  /** RAM of the host; null when nothing is said. */
  readonly ramBytes: number | null;
  /** Undefined where no way to Patroni is wanted. */
  readonly patroni?: DcsFlags | undefined;
}

/** What a change of a server needs of the run. */
export function surroundingsOfChange(
  run: Run,
  reach: Reach,
  { ramBytes, patroni }: Said,
): ChangeSurroundings {
  const { clock } = run;
  return {
    home: run.surroundings.home,
    runId: run.id,
    command: run.command,
    clock,
    newId: () => run.newId(),
    stopped: AbortSignal.any([run.interrupted, reach.budget]),
    ramBytes: async (server) => {
      const flags = { ramBytes, cpus: null, storage: null };
      const { ram_bytes } = await readHostFacts({ server, flags, machine: thisMachine, clock });
      return ram_bytes.value;
    },
    dcs: (identity) =>
      patroni === undefined ? Promise.resolve(null) : dcsSightOf(patroni, run, reach, { identity }),
    openSession: (wish) => reach.openSession(wish),
    patroni: () => patroniReach(run, reach, patroni ?? null),
    met: async (server, identity) => {
      const { name } = await reach.introduce(server, identity, 'leave');
      const pinned = await reach.pinned();
      if (pinned?.tier !== identity.tier || pinned.value === identity.fingerprint) return;
      throw new PgdbaError(
        'fingerprint_mismatch',
        `cluster ${name ?? ''}: another cluster answers than the one recorded`,
      );
    },
    warn: (code, message, more) => {
      run.warn(code, message, more);
    },
  };
}

/** Loaded only where a URL is known. */
async function patroniReach(run: Run, reach: Reach, flags: DcsFlags | null): Promise<PatroniReach | null> {
  if (flags === null) return null;
  const urls = flags['patroni-url'] ?? (await reach.patroniUrls());
  if (urls.length === 0) return null;
  const { patroniClient } = await import('./patroniAccess.js');
  const over = async (until?: AbortSignal): Promise<PatroniReach> => {
    const client = await patroniClient(flags, run, reach, until);
    return {
      client,
      lasting: over,
      waitMs: flags['patroni-wait'] ?? null,
      keepPartial: flags['keep-partial'] ?? false,
      expected: null,
      restart: async (wish) => {
        const { MEMBER_TIMEOUT_MS, restartCluster } = await import('./patroniRestart.js');
        const whole = { members: null, pendingOnly: true, maxLagBytes: null };
        return restartCluster(
          { ...whole, ...wish, memberTimeoutMs: MEMBER_TIMEOUT_MS },
          { client, reach, run },
        );
      },
    };
  };
  return over();
}

/** What a change answers; `takenBack` when its guard was crossed, or nobody confirmed it. */
type Change = ChangeAnswer & { readonly takenBack?: boolean };

/**
 * Runs a change so that whatever ends the run (a signal, --timeout, a crash of pgdba) waits until the change is done or
 * taken back, and tells what became of each parameter. A failed undo is told before everything else.
 */
export async function changing(run: Run, work: () => Promise<Change>): Promise<Outcome> {
  let answer: Change | undefined;
  const settled = work().then((result) => {
    answer = result;
    return result;
  });
  run.onInterrupt(async () => {
    await settled.catch(() => undefined);
  });
  run.lastWord = (ended) => (answer === undefined ? ended : whenEnded(answer, ended));
  return outcomeOf(await settled);
}

function outcomeOf({ data, error, takenBack }: Change): Outcome {
  return error === null ? { data, exit: takenBack === true ? 3 : 0 } : { data, error };
}

/** The answer of a change that was under way when the run was ended. */
function whenEnded(answer: Change, ended: Error): Outcome {
  const { data, error } = answer;
  if (error instanceof PgdbaError && error.exit === 8) return { data, error };
  if (!(ended instanceof PgdbaError)) return { data, error: ended };
  const became =
    error === null && data.changeset?.status === 'applied'
      ? 'the change was made and recorded before'
      : BECAME[data.changeset?.status ?? ''];
  const { code, message, hint } = ended;
  return {
    data,
    error: new PgdbaError(code, `${message}; ${became ?? 'nothing was changed'}`, { hint, cause: ended }),
  };
}

const BECAME: Readonly<Record<string, string>> = {
  reverted: 'every step was taken back',
  applied: 'what was applied before stays as it was',
  rolled_back: 'the change was taken back',
  interrupted: 'the changeset is unfinished as before',
  failed: 'the changeset is unfinished as before',
};
