import type { Server } from '../cluster/server.js';
import type { FactQuestions } from '../cluster/serverFacts.js';
import type { Clock } from '../core/clock.js';
import { PgdbaError } from '../core/errors.js';
import { questionsOf } from '../inspect/prerequisites.js';
import { catalogueOf } from './catalogue/catalogue.js';
import type { Configuration } from './configuration.js';
import type { Policy } from './choices.js';
import { plannedHost, readHostFacts, type HostFacts } from './host/hostFacts.js';
import { thisMachine } from './host/localMachine.js';
import { HOST_FUNCTIONS } from './host/sqlReader.js';
import { masksOf } from './masks.js';
import type { DcsKnown } from '../patroni/dcsSight.js';
import { patroniOverride } from './override.js';
import { EVIDENCE_SECTIONS, readEvidence } from './readEvidence.js';
import { recommend, type Recommendations, type TuneWarning } from './recommend.js';
import type { Recommendation } from './recommendation.js';
import type { Rule } from './rule.js';
import { PGTUNE_STORAGE } from './rules/pgtune/machine.js';
import { RULES_OF } from './rules/registry.js';
import type { Profile, Situation } from './situation.js';
import type { RuleSet, TuneWish } from './tuneWish.js';

/** Recommendations for one server, and what they were made of. */
export interface Tuning extends Omit<Recommendations, 'rows'> {
  readonly major: number;
  readonly profile: Profile;
  readonly host: HostFacts;
  readonly recommendations: readonly Recommendation[];
}

const EVIDENCE_QUESTIONS = questionsOf(EVIDENCE_SECTIONS);

/** What the look at the server must ask for {@link recommendForServer}. */
export const TUNE_QUESTIONS: FactQuestions = {
  functions: [...HOST_FUNCTIONS, ...EVIDENCE_QUESTIONS.functions],
  settings: EVIDENCE_QUESTIONS.settings,
};

/**
 * What is recommended for a server as it is, by its settings, its host and its statistics; two round trips.
 * @param server met with {@link TUNE_QUESTIONS} and shared statistics
 * @param dcs what is known of the DCS of its cluster
 * @throws PgdbaError `usage` when the rules need to know the RAM and nobody does; `connection_lost`, `run_timeout`
 */
export async function recommendForServer(
  server: Server,
  configuration: Configuration,
  wish: TuneWish,
  clock: Clock,
  dcs: DcsKnown,
): Promise<Tuning> {
  const [host, evidence] = await Promise.all([
    readHostFacts({ server, flags: wish.host, machine: thisMachine, clock }),
    readEvidence(server, configuration.settings),
  ]);
  const { settings } = configuration;
  const situation = situationOf(wish, host, { major: server.facts.major, settings, evidence });
  return tuningOf(situation, host, wish, (parameter) => ({
    patroni_override: patroniOverride(server, configuration, parameter, dcs),
    masked_by: masksOf(configuration, parameter),
  }));
}

/**
 * What is recommended for a server that is only planned, which starts with PostgreSQL's defaults.
 * @throws PgdbaError `usage` as {@link recommendForServer}
 */
export async function recommendForPlanned(major: number, wish: TuneWish): Promise<Tuning> {
  const host = plannedHost(wish.host);
  const settings = await catalogueOf(major);
  const situation = situationOf(wish, host, { major, settings, evidence: null });
  return tuningOf(situation, host, wish, () => ({ patroni_override: 'not_managed', masked_by: [] }));
}

function situationOf(
  wish: TuneWish,
  { ram_bytes: ram, cpus, storage }: HostFacts,
  rest: Pick<Situation, 'major' | 'settings' | 'evidence'>,
): Situation {
  const { workload, connections, dbSize } = wish;
  const profile = wish.profile ?? (ram.value === null ? 'remote-conservative' : 'standard');
  const host = { ramBytes: ram.value, cpus: cpus.value, storage: storage.value };
  return { workload, profile, host, connections, dbSize, ...rest };
}

interface Kind {
  readonly rules: readonly Rule[];
  readonly policy: Policy;
}

const KINDS: Readonly<Record<RuleSet, Kind>> = {
  pgdba: { rules: RULES_OF.pgdba, policy: 'checked' },
  pgtune: { rules: RULES_OF.pgtune, policy: 'verbatim' },
};

function tuningOf(
  situation: Situation,
  host: HostFacts,
  wish: TuneWish,
  overrideOf: (parameter: string) => Recommendation['override'],
): Tuning {
  if (wish.rules === 'pgtune' && situation.host.ramBytes === null) {
    throw new PgdbaError('usage', 'PGTune’s rules need the RAM, and it is not known', {
      hint: `Give --ram: ${host.ram_bytes.detail}.`,
    });
  }
  const { rules, policy } = KINDS[wish.rules];
  const { rows, warnings, ...rest } = recommend(situation, rules, policy);
  return {
    ...rest,
    major: situation.major,
    profile: situation.profile,
    host,
    recommendations: rows.map((row) => ({ ...row, override: overrideOf(row.parameter) })),
    warnings: [...hostWarnings(situation, host, wish), ...warnings],
  };
}

function hostWarnings({ profile, host }: Situation, facts: HostFacts, wish: TuneWish): TuneWarning[] {
  const unknown: TuneWarning = {
    code: 'host_unknown',
    message: `the RAM of the host is not known (${facts.ram_bytes.detail}): the profile is ${profile}`,
    subject: 'ram_bytes',
    hint: 'Give --ram, --cpus and --storage.',
  };
  const assumed: TuneWarning = {
    code: 'storage_assumed',
    message: `the storage is not known (${facts.storage.detail}): ${PGTUNE_STORAGE} is taken, as PGTune does`,
    subject: 'storage',
    hint: 'Give --storage.',
  };
  return [
    ...(host.ramBytes === null ? [unknown] : []),
    ...(wish.rules === 'pgtune' && host.storage === null ? [assumed] : []),
  ];
}
