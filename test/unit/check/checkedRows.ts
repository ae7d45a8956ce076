import { checkedOf } from '../../../src/check/checked.js';
import { evaluate, type Evaluation, type ThresholdValues } from '../../../src/check/evaluate.js';
import { CHECK_RULES } from '../../../src/check/registry.js';
import type { Advice, CheckedHost, CheckRule } from '../../../src/check/rule.js';
import { sectionsOf } from '../../../src/check/answer.js';
import { shownRow } from '../../../src/inspect/section.js';
import type { SectionResult } from '../../../src/inspect/snapshot.js';
import type { SavedSnapshot } from '../../../src/check/snapshotFile.js';

const NOW = '2026-06-01T12:00:00.5Z';

interface Given {
  readonly major?: number;
  readonly now?: string;
  readonly role?: 'primary' | 'standby';
  /** Rows by section, with the columns that matter. Sections that are not named are empty. */
  readonly rows?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** Settings by name: a value, or the columns that matter. */
  readonly settings?: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
  /** In place of the whole result of a section; null for a snapshot that has not got it. */
  readonly results?: Readonly<Record<string, Partial<SectionResult> | null>>;
  readonly advice?: readonly Advice[];
  readonly host?: CheckedHost;
}

const WHOLE = {
  status: 'ok',
  reason: null,
  message: null,
  duration_ms: 1,
  sampled_at: NOW,
  stats_reset: null,
  truncated: null,
} as const;

/** A snapshot of all the sections that rules read, with these rows and nulls for what is not said. */
export function snapshotWith({
  major = 17,
  now = NOW,
  role = 'primary',
  rows = {},
  settings = {},
  results = {},
}: Given): SavedSnapshot {
  const all: Record<string, readonly Readonly<Record<string, unknown>>[]> = {
    ...rows,
    pg_settings: Object.entries(settings).map(([name, value]) => ({
      name,
      vartype: 'string',
      context: 'sighup',
      category: 'x',
      set_by_session: false,
      ...(typeof value === 'string' ? { setting: value } : value),
    })),
  };
  const sections = sectionsOf(CHECK_RULES).flatMap((section): [string, SectionResult][] => {
    const result = results[section.id];
    if (result === null) return [];
    const nulls = Object.fromEntries(Object.keys(shownRow(section).properties).map((name) => [name, null]));
    const own = (all[section.id] ?? []).map((row) => ({ ...nulls, ...row }));
    return [[section.id, { ...WHOLE, rows: own, ...result } as SectionResult]];
  });
  return {
    cluster: {
      name: null,
      fingerprint: 'f',
      identity: { config_host: 'db1', config_port: 5432 },
      server_version_num: major * 10_000,
      role,
      database: 'app',
      managed_by: 'unknown',
    },
    collectedAt: now,
    sections: Object.fromEntries(sections),
  };
}

export function ruleOf(id: string): CheckRule {
  const rule = CHECK_RULES.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return rule;
}

/** What one rule says of these rows. */
export function asked(id: string, given: Given, thresholds: ThresholdValues = {}): Evaluation {
  const { cluster, collectedAt, sections } = snapshotWith(given);
  const host = given.host ?? { ramBytes: null, cpus: null, storage: null };
  const checked = checkedOf(cluster, collectedAt, sections, { host, advice: given.advice ?? [] });
  return evaluate([ruleOf(id)], checked, ({ id: section }) => sections[section], thresholds);
}

/** Its findings as `type:name severity`. */
export function found(id: string, given: Given): string[] {
  return asked(id, given).findings.map(
    ({ found: { object, severity } }) => `${object.type}:${object.name} ${severity}`,
  );
}
