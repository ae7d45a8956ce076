import { parseSetting } from '../../../../src/core/setting/value.js';
import type { Settings } from '../../../../src/core/setting/spec.js';
import { catalogueOf } from '../../../../src/tuning/catalogue/catalogue.js';
import { Choices } from '../../../../src/tuning/choices.js';
import type { Evidence } from '../../../../src/tuning/evidence.js';
import type { Proposal, Rule } from '../../../../src/tuning/rule.js';
import type { Situation } from '../../../../src/tuning/situation.js';

const NOTHING: Evidence = {
  wal_observed_s: null,
  checkpoints_observed_s: null,
  bgwriter_observed_s: null,
  databases_observed_s: null,
  statements_observed_s: null,
  wal_bytes: null,
  wal_bytes_per_s: null,
  wal_fpi_ratio: null,
  wal_fpi_share_ratio: null,
  wal_directory_bytes: null,
  checkpoints_timed: null,
  checkpoints_requested: null,
  bgwriter_halts: null,
  database_bytes: null,
  database_access_ratio: null,
  block_read_bytes: null,
  cache_hit_ratio: null,
  temp_files: null,
  temp_bytes: null,
  temp_files_per_hour: null,
  temp_bytes_per_hour: null,
  deadlocks: null,
  connections_now: null,
  connections_average: null,
  connections_peak: null,
  active_peak: null,
  longest_idle_in_transaction_s: null,
  longest_transaction_s: null,
  prepared_xacts: null,
  dead_tuple_ratio: null,
  tables_behind_autovacuum: null,
  autovacuum_workers_busy: null,
  statements_evicted: null,
  replication_slots: null,
  inactive_replication_slots: null,
  slot_retained_bytes: null,
  standbys: null,
};

/** What a live server's statistics say: nothing, but for what is given. */
export function evidence(known: Partial<Evidence> = {}): Evidence {
  return { ...NOTHING, ...known };
}

/** The settings of a fresh server of that major, but for those given, as postgresql.conf would have them. */
export async function settings(major: number, values: Record<string, string> = {}): Promise<Settings> {
  const all = new Map(await catalogueOf(major));
  for (const [name, text] of Object.entries(values)) {
    const spec = all.get(name);
    const parsed = spec === undefined ? undefined : parseSetting(spec, text);
    if (spec === undefined || parsed?.ok !== true)
      throw new Error(`${name} = ${text} is no setting of ${String(major)}`);
    all.set(name, { ...spec, setting: parsed.setting, source: 'configuration file' });
  }
  return all;
}

/** The rule's proposals in full; `earlier` is what rules before it have chosen. */
export function asked(
  rule: Rule,
  situation: Situation,
  earlier: Record<string, string> = {},
): readonly Proposal[] {
  const choices = new Choices(situation.settings, 'checked');
  for (const [parameter, value] of Object.entries(earlier)) {
    const line = {
      parameter,
      value,
      confidence: 'high',
      rationale: '',
      source: 'pgdba',
      evidence: {},
    } as const;
    choices.take(line);
  }
  return rule.propose(situation, choices);
}

/** The rule's proposals, parameter → value. */
export function values(
  rule: Rule,
  situation: Situation,
  earlier: Record<string, string> = {},
): Record<string, string> {
  return Object.fromEntries(
    asked(rule, situation, earlier).map(({ parameter, value }) => [parameter, value]),
  );
}

/** The only proposal of the rule. */
export function only(rule: Rule, situation: Situation, earlier: Record<string, string> = {}): Proposal {
  const proposals = asked(rule, situation, earlier);
  const [first] = proposals;
  if (first === undefined || proposals.length > 1) throw new Error(`${String(proposals.length)} proposals`);
  return first;
}
