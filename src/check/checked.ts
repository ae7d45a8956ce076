import type { ClusterFacts } from './snapshotFile.js';
import type { Static, TObject } from '../core/schema.js';
import type { SettingSpec } from '../core/setting/spec.js';
import { settingBytes, settingMs } from '../core/setting/value.js';
import { pgSettings } from '../inspect/sections/pg_settings.js';
import type { Section, SectionOf } from '../inspect/section.js';
import type { SectionResults } from '../inspect/snapshot.js';
import { majorOf } from '../core/version.js';
import type { Advice, Checked, CheckedHost } from './rule.js';

type SettingRow = Static<(typeof pgSettings)['row']>;

/** What rules look at, made from a DiagSnapshot: rows by section, settings by name. Pure. */
export function checkedOf(
  cluster: ClusterFacts,
  collectedAt: string,
  sections: SectionResults,
  { host, advice }: { readonly host: CheckedHost; readonly advice: readonly Advice[] },
): Checked {
  const rowsOf = <R extends TObject>({ id }: SectionOf<R>): readonly Static<R>[] =>
    (sections[id]?.rows ?? []) as unknown as readonly Static<R>[];
  const settings = new Map(rowsOf(pgSettings).map((row) => [row.name, row]));
  const spec = (name: string): { spec: SettingSpec; setting: string } | null => {
    const row = settings.get(name);
    if (row?.setting == null || row.set_by_session === true) return null;
    return { spec: row as SettingSpec & SettingRow, setting: row.setting };
  };
  return {
    major: majorOf(cluster.server_version_num),
    serverVersionNum: cluster.server_version_num,
    role: cluster.role === 'standby' ? 'standby' : 'primary',
    database: cluster.database,
    managedBy: cluster.managed_by,
    collectedAt,
    host,
    advice,
    rows: rowsOf,
    statsReset: ({ id }: Section) => sections[id]?.stats_reset ?? null,
    setting: (name) => spec(name)?.setting ?? null,
    numberSetting: (name) => numberOf(spec(name)?.setting),
    bytesSetting: (name) => withSpec(spec(name), settingBytes),
    msSetting: (name) => withSpec(spec(name), settingMs),
  };
}

function numberOf(text: string | undefined): number | null {
  const value = Number(text ?? 'none');
  return Number.isFinite(value) ? value : null;
}

function withSpec(
  known: { spec: SettingSpec; setting: string } | null,
  read: (spec: SettingSpec, setting: string) => number | null,
): number | null {
  return known === null ? null : read(known.spec, known.setting);
}
