import { maskSetting } from '../core/mask.js';
import type { Setting, Settings } from '../core/setting/spec.js';
import type { Row } from '../inspect/section.js';
import { pgSettings } from '../inspect/sections/pg_settings.js';
import type { SectionResults } from '../inspect/snapshot.js';

/** What a role that may not see the files is told of a setting that every session of pgdba sets: nobody else’s value. */
const OF_A_SESSION: ReadonlySet<string> = new Set(['client', 'session']);

/**
 * The results with the settings that pgdba’s own session had set for itself (timeouts, search_path …) as any other session
 * has them, so that nothing of pgdba is compared later. Pure.
 * @param settings unmasked, of a session that set nothing
 */
export function withoutOwnSettings(results: SectionResults, settings: Settings): SectionResults {
  const found = results[pgSettings.id];
  if (found === undefined) return results;
  const rows = found.rows.map((row) => rowOfOthers(row, settings));
  const { sample2 } = found;
  return {
    ...results,
    [pgSettings.id]: { ...found, rows, ...(sample2 === undefined ? {} : { sample2: { ...sample2, rows } }) },
  };
}

function rowOfOthers(row: Row, settings: Settings): Row {
  const { name, set_by_session: isOwn } = row as { readonly name: string; readonly set_by_session: boolean };
  const setting = isOwn ? settings.get(name.toLowerCase()) : undefined;
  if (setting === undefined || OF_A_SESSION.has(setting.source)) return row;
  return { ...row, ...masked(setting), set_by_session: false };
}

function masked({ name, setting, reset_val, boot_val, source, sourcefile, sourceline }: Setting): Row {
  const shown = (value: string | null): string | null => (value === null ? null : maskSetting(name, value));
  return {
    setting: shown(setting),
    reset_val: shown(reset_val),
    boot_val: shown(boot_val),
    source,
    sourcefile,
    sourceline,
  };
}
