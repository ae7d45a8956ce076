import type { Setting, Settings } from './core/setting/spec.js';
import { parseSetting } from './core/setting/value.js';
import { majorOf } from './core/version.js';
import type { Advice, CheckedHost } from './check/rule.js';
import type { SavedSnapshot } from './check/snapshotFile.js';
import { pgSettings } from './inspect/sections/pg_settings.js';
import { recommend, type Recommended } from './tuning/recommend.js';
import { RULES_OF } from './tuning/rules/registry.js';

/**
 * What the rules of tuning would set on such a host, for a mixed workload and by the snapshot's settings alone: its
 * statistics have rules of their own. Pure.
 */
export function adviceFor(snapshot: SavedSnapshot, host: CheckedHost): Advice[] {
  const settings = settingsOf(snapshot);
  const { rows } = recommend(
    {
      major: majorOf(snapshot.cluster.server_version_num),
      workload: 'mixed',
      profile: host.ramBytes === null ? 'remote-conservative' : 'standard',
      host,
      connections: null,
      dbSize: 'mid_ram',
      settings,
      evidence: null,
    },
    RULES_OF.pgdba,
  );
  return rows.flatMap((row) => adviceOf(row, settings) ?? []);
}

function settingsOf({ sections }: SavedSnapshot): Settings {
  const rows = (sections[pgSettings.id]?.rows ?? []) as unknown as readonly (Setting & {
    readonly set_by_session: boolean;
  })[];
  return new Map(rows.filter(({ set_by_session: own }) => !own).map((row) => [row.name.toLowerCase(), row]));
}

/** Null for settings that are no numbers, or none of the host's: what is logged, and how much, is no matter of it. */
function adviceOf(
  { parameter, current, recommended, rationale }: Recommended,
  settings: Settings,
): Advice | null {
  const spec = settings.get(parameter.toLowerCase());
  if (spec === undefined || spec.category.startsWith('Reporting and Logging')) return null;
  if (spec.vartype !== 'integer' && spec.vartype !== 'real') return null;
  const parsed = parseSetting(spec, recommended);
  if (!parsed.ok) return null;
  const [less = 0, more = 0] = [Number(spec.setting), Number(parsed.setting)].sort((a, b) => a - b);
  // Where -1 or 0 stands for "off" or "automatic", a ratio says nothing.
  if (less <= 0) return null;
  return { parameter, current, recommended, factor: more / less, rationale };
}
