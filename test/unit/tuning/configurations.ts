import type { Setting } from '../../../src/core/setting/spec.js';
import type { Configuration, DatabaseRoleSetting, FileEntry } from '../../../src/tuning/configuration.js';

/** A setting as a server of today shows it: work_mem at its default, changed as said. */
export function setting(change: Partial<Setting> = {}): Setting {
  return {
    name: 'work_mem',
    setting: '4096',
    unit: 'kB',
    vartype: 'integer',
    context: 'user',
    category: 'Resource Usage / Memory',
    source: 'default',
    sourcefile: null,
    sourceline: null,
    boot_val: '4096',
    reset_val: '4096',
    min_val: '64',
    max_val: '2147483647',
    enumvals: null,
    pending_restart: false,
    ...change,
  };
}

/** A parameter that only a restart changes. */
export function restartOnly(change: Partial<Setting> = {}): Setting {
  return setting({
    name: 'max_connections',
    setting: '100',
    unit: null,
    context: 'postmaster',
    category: 'Connections and Authentication / Connection Settings',
    boot_val: '100',
    min_val: '1',
    max_val: '262143',
    ...change,
  });
}

/** A parameter whose value is any text. */
export function textual(change: Partial<Setting> = {}): Setting {
  return setting({
    name: 'search_path',
    setting: '"$user", public',
    unit: null,
    vartype: 'string',
    boot_val: '"$user", public',
    min_val: null,
    max_val: null,
    ...change,
  });
}

interface Levels {
  readonly settings?: readonly Setting[];
  /** [name, value, file, error] in the order of the server; null where the role may not see them. */
  readonly files?:
    | readonly (readonly [
        name: string | null,
        value: string | null,
        file?: string,
        error?: string | undefined,
      ])[]
    | null;
  readonly perSession?: readonly DatabaseRoleSetting[];
  readonly complete?: boolean;
}

/** What was read of a server, level by level. */
export function configuration({ settings, files, perSession, complete }: Levels = {}): Configuration {
  return {
    settings: new Map((settings ?? [setting()]).map((one) => [one.name.toLowerCase(), one])),
    complete: complete ?? true,
    fileEntries: files === null ? null : (files ?? []).map(entry),
    databaseRoleSettings: perSession ?? [],
    loadedAt: '2026-01-01 00:00:00.5+00',
  };
}

function entry(
  [name, value, file, error]: NonNullable<NonNullable<Levels['files']>[number]>,
  at: number,
): FileEntry {
  return {
    seqno: at + 1,
    name,
    setting: value,
    applied: error === undefined,
    error: error ?? null,
    sourcefile: `/data/${file ?? 'postgresql.conf'}`,
    sourceline: at + 10,
  };
}

/** postgresql.auto.conf, which ALTER SYSTEM writes. */
export const AUTO = 'postgresql.auto.conf';
