import { ANALYSES, type Analysis } from './baseline/analyses.js';
import type { AnalysisResult, Baseline } from './baseline/document.js';
import type { Group } from './baseline/groups.js';
import { checkSnapshot } from './check/answer.js';
import { ruleOptions } from './check/options.js';
import { CHECK_RULES } from './check/registry.js';
import type { SavedSnapshot } from './check/snapshotFile.js';
import { adviceFor } from './checkAdvice.js';
import type { ClusterIdentity } from './cluster/identity.js';
import { meetServer, type Server } from './cluster/server.js';
import { PgdbaError } from './core/errors.js';
import type { Settings } from './core/setting/spec.js';
import { askReplicas, replicasOf } from './indexUse.js';
import { collectSections } from './inspect/collect.js';
import { questionsOf } from './inspect/prerequisites.js';
import type { Section } from './inspect/section.js';
import { patroniClient, type PatroniFlags } from './patroniAccess.js';
import { dcsSightOf } from './patroniSight.js';
import { bloat } from './query/bloat/bloat.js';
import { indexHealth } from './query/indexHealth/indexHealth.js';
import { ISSUES } from './query/indexHealth/indexHealthData.js';
import { suspectsQuestion } from './query/indexHealth/suspectsQuestion.js';
import { askLocks, LOCK_QUESTIONS } from './query/locks/askLocks.js';
import { askVacuumHealth, VACUUM_QUESTIONS } from './query/vacuumHealth/askVacuumHealth.js';
import type { Reach } from './reach.js';
import type { Run } from './run.js';
import { meetConfigured, type Configuration } from './tuning/configuration.js';
import { recommendForServer, TUNE_QUESTIONS } from './tuning/tune.js';
import type { TuneWish } from './tuning/tuneWish.js';

/** As `query index-health` has it. */
const UNUSED_AFTER_MS = 30 * 86_400_000;

/** What a smaller relation could give back is nobody’s concern, and there may be very many of them. */
const LEAST_BLOAT_BYTES = 1024 ** 2;

/** What can be said of any server: nothing is told by flags. */
const TUNE_WISH: TuneWish = {
  workload: 'mixed',
  profile: null,
  rules: 'pgdba',
  host: { ramBytes: null, cpus: null, storage: null },
  connections: null,
  dbSize: 'mid_ram',
};

const NO_HOST = { ramBytes: null, cpus: null, storage: null };

/** The server as the one session of all analyses sees it. */
interface Seen {
  readonly run: Run;
  readonly reach: Reach;
  readonly flags: PatroniFlags;
  readonly groups: readonly Group[];
  readonly server: Server;
  readonly identity: ClusterIdentity;
  /** Null where settings were not asked for. */
  readonly configuration: Configuration | null;
}

/** What each analysis of the server asks, and how. */
const WORK: Readonly<
  Record<
    Exclude<Analysis, 'check'>,
    { readonly needs: readonly Section[]; readonly ask: (seen: Seen) => Promise<object> }
  >
> = {
  locks: {
    needs: LOCK_QUESTIONS,
    ask: ({ server, reach }) =>
      askLocks(server, {
        minAgeMs: null,
        limit: 0,
        fullText: false,
        redactLiterals: true,
        budget: reach.budget,
      }),
  },
  vacuum_health: {
    needs: VACUUM_QUESTIONS,
    ask: async ({ server, identity, reach }) => {
      const collect = { limit: 0, queryText: true, redactLiterals: true, budget: reach.budget };
      const sections = await collectSections(server.snapshot, server.facts, VACUUM_QUESTIONS, collect);
      return askVacuumHealth(
        { first: { server, identity, sections, databases: [] }, second: null, error: null },
        0,
      );
    },
  },
  index_health: {
    needs: [suspectsQuestion],
    ask: async ({ run, reach, flags, groups, server }) => {
      const hasPatroni = (await reach.patroniUrls()).length > 0;
      const patroni = hasPatroni ? await patroniClient(flags, run, reach) : null;
      const replicas = await askReplicas(reach, server, await replicasOf(run, [], flags.name, patroni));
      // What bloat tells is not looked for twice.
      const issues = ISSUES.filter((issue) => issue !== 'bloated' || !groups.includes('tables'));
      const wish = { schema: null, table: null, issues, windowMs: UNUSED_AFTER_MS, limit: 0 };
      return indexHealth(server, replicas, { ...wish, budget: reach.budget });
    },
  },
  bloat: {
    needs: [],
    ask: ({ server, reach }) =>
      bloat(server, {
        schema: null,
        table: null,
        limit: 0,
        minSize: LEAST_BLOAT_BYTES,
        byteBudget: null,
        budget: reach.budget,
      }),
  },
  tune: {
    needs: [],
    ask: async ({ run, reach, flags, server, identity, configuration }) => {
      if (configuration === null) throw new Error('the configuration was not read');
      const dcs = await dcsSightOf(flags, run, reach, { identity });
      const tuning = await recommendForServer(server, configuration, TUNE_WISH, run.clock, dcs);
      const { profile, host, recommendations, refused } = tuning;
      return { workload: TUNE_WISH.workload, profile, host, recommendations, refused };
    },
  },
};

/** What other commands said, and the settings as any session has them that sets none; null where they were not read. */
export interface Analysed {
  readonly analyses: Baseline['analyses'];
  readonly settings: Settings | null;
}

/**
 * What other commands say of the server now, one after the other in one session; one that fails, or finds no time, costs
 * no other.
 * @param groups what was asked for
 */
export async function analyse(
  run: Run,
  reach: Reach,
  flags: PatroniFlags,
  groups: readonly Group[],
): Promise<Analysed> {
  const wanted = Object.entries(WORK).filter(([name]) => isWanted(name as Analysis, groups));
  if (wanted.length === 0) return { analyses: {}, settings: null };
  const needs = wanted.flatMap(([, { needs: own }]) => own);
  const met = await meet(reach, needs, groups.includes('config')).catch((error: unknown) =>
    told(error, reach),
  );
  if ('status' in met)
    return { analyses: Object.fromEntries(wanted.map(([name]) => [name, met])), settings: null };
  const results: Record<string, AnalysisResult> = {};
  for (const [name, { ask }] of wanted) {
    results[name] = await ask({ run, reach, flags, groups, ...met }).then(
      (data): AnalysisResult => ({ status: 'ok', message: null, data: { ...data } }),
      (error: unknown) => told(error, reach),
    );
  }
  await met.server.session.close();
  return { analyses: results, settings: met.configuration?.settings ?? null };
}

/** The findings of every rule, over the snapshot that the baseline holds itself. Pure. */
export function checked(snapshot: SavedSnapshot): AnalysisResult {
  const options = ruleOptions(CHECK_RULES, { only: null, exclude: [], leastSeverity: 'info', file: null });
  const advice = adviceFor(snapshot, NO_HOST);
  const answer = checkSnapshot(snapshot, options, { host: NO_HOST, advice }, new Set());
  return { status: 'ok', message: null, data: { ...answer } };
}

function isWanted(name: Analysis, groups: readonly Group[]): boolean {
  const group = ANALYSES[name];
  return group !== null && groups.includes(group);
}

async function meet(
  reach: Reach,
  needs: readonly Section[],
  withSettings: boolean,
): Promise<Pick<Seen, 'server' | 'identity' | 'configuration'>> {
  const { functions, settings } = questionsOf(needs);
  const session = await reach.openSession({ purpose: withSettings ? 'settings' : 'read' });
  const questions = withSettings
    ? {
        functions: [...functions, ...TUNE_QUESTIONS.functions],
        settings: [...settings, ...TUNE_QUESTIONS.settings],
      }
    : { functions, settings };
  const met = withSettings
    ? await meetConfigured(session, questions, true)
    : { server: await meetServer(session, questions, true), configuration: null };
  return { ...met, identity: await met.server.identity };
}

/** What became of an analysis that gave no answer. @throws what is no PgdbaError: a bug */
function told(error: unknown, { budget }: Reach): AnalysisResult {
  if (!(error instanceof PgdbaError)) throw error;
  if (!budget.aborted) return { status: 'failed', message: error.message, data: null };
  return { status: 'skipped', message: 'the run’s --timeout passed before it was made', data: null };
}
