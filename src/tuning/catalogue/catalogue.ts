import type { Setting, Settings, SettingContext, SettingSpec } from '../../core/setting/spec.js';
import { KNOWN_MAJORS, NEWEST_MAJOR } from '../../core/version.js';

type Known = (typeof KNOWN_MAJORS)[number];

/** name, vartype, unit, context, boot_val, min_val, max_val, enumvals */
type Row = readonly [
  string,
  SettingSpec['vartype'],
  string | null,
  SettingContext,
  string | null,
  string | null,
  string | null,
  readonly string[] | null,
];

type Chapters = Readonly<Record<string, readonly Row[]>>;

/** Each is read only when its major is asked for. Made by scripts/settings-catalogue.mjs from servers of every major. */
const FILES: Readonly<Record<Known, () => Promise<{ readonly default: unknown }>>> = {
  12: () => import('./settings12.json', { with: { type: 'json' } }),
  13: () => import('./settings13.json', { with: { type: 'json' } }),
  14: () => import('./settings14.json', { with: { type: 'json' } }),
  15: () => import('./settings15.json', { with: { type: 'json' } }),
  16: () => import('./settings16.json', { with: { type: 'json' } }),
  17: () => import('./settings17.json', { with: { type: 'json' } }),
  18: () => import('./settings18.json', { with: { type: 'json' } }),
};

/**
 * What a fresh server has in force where that is not boot_val: initdb writes the first, the server computes the second
 * from it and the third from the limit of its stack, 8MB on Linux.
 */
const FRESH: Readonly<Record<string, string>> = {
  shared_buffers: '16384',
  wal_buffers: '512',
  max_stack_depth: '2048',
};

/**
 * The settings of a server of that major that nobody has configured yet, as its pg_settings shows them; those that
 * cannot be changed are left out. Enums hold what a full build knows, as Debian's packages are: lz4, zstd, and io_uring
 * from 18 on. For a major newer than the newest known, those of the newest.
 */
export async function catalogueOf(major: number): Promise<Settings> {
  const known = KNOWN_MAJORS.find((candidate) => candidate === major) ?? NEWEST_MAJOR;
  const file = await FILES[known]();
  const chapters = Object.entries(file.default as Chapters);
  const settings = chapters.flatMap(([category, rows]) => rows.map((row) => settingOf(category, row)));
  return new Map(settings.map((setting) => [setting.name.toLowerCase(), setting]));
}

function settingOf(category: string, row: Row): Setting {
  const [name, vartype, unit, context, boot_val, min_val, max_val, enumvals] = row;
  const setting = FRESH[name] ?? boot_val ?? '';
  return {
    ...{ name, vartype, unit, context, category, boot_val, min_val, max_val, enumvals },
    setting,
    reset_val: setting,
    source: 'default',
    sourcefile: null,
    sourceline: null,
    pending_restart: false,
  };
}
