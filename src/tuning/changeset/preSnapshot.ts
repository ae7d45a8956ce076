import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { PgdbaError } from '../../core/errors.js';
import { maskSecrets, maskSetting } from '../../core/mask.js';
import { parseConfFile } from '../../core/setting/confFile.js';
import type { Setting } from '../../core/setting/spec.js';
import { readStateBytes, replaceFile } from '../../core/stateFile.js';
import type { Configuration, DatabaseRoleSetting, FileEntry } from '../configuration.js';
import type { ChangeSet } from './changeSet.js';

/** What a pre-snapshot says in `schema`. */
const PRE_SNAPSHOT_VERSION = 'pgdba.pre-snapshot/1';

export type PreSnapshotRef = NonNullable<ChangeSet['pre_snapshot']>;

/** What is kept of the server before a change. */
export interface BeforeChange {
  readonly changesetId: string;
  readonly configuration: Configuration;
  /** Text of postgresql.auto.conf; null where the role may not read it. It is kept only when it holds no secret. */
  readonly autoConfText: string | null;
  /** ISO 8601 UTC */
  readonly takenAt: string;
}

/**
 * Writes pre/<uuid>.json.gz under the cluster's folder (ChangeSetStore.folder), secrets masked, and reads it back.
 * @returns where it is, and SHA-256 of the file as it lies there
 * @throws PgdbaError `state_unusable`
 */
export async function writePreSnapshot(folder: string, before: BeforeChange): Promise<PreSnapshotRef> {
  const path = join(folder, 'pre', `${before.changesetId}.json.gz`);
  const bytes = await promisify(gzip)(`${JSON.stringify(document(before), null, 2)}\n`);
  await replaceFile(path, bytes);
  const written = { path, sha256: sha256(bytes) };
  if ((await checkPreSnapshot(written)) !== 'intact')
    throw new PgdbaError('state_unusable', `${path} cannot be used: it does not read back as it was written`);
  return written;
}

/** Whether a pre-snapshot is still what was written. */
export const PRE_SNAPSHOT_STATES = ['intact', 'changed', 'missing'] as const;
export type PreSnapshotState = (typeof PRE_SNAPSHOT_STATES)[number];

/** Reads a pre-snapshot and compares it with its checksum. @throws PgdbaError `state_unusable` when it cannot be read */
export async function checkPreSnapshot({ path, sha256: wanted }: PreSnapshotRef): Promise<PreSnapshotState> {
  const bytes = await readStateBytes(path);
  if (bytes === undefined) return 'missing';
  if (sha256(bytes) !== wanted) return 'changed';
  const { schema } = JSON.parse((await promisify(gunzip)(bytes)).toString('utf8')) as { schema?: unknown };
  return schema === PRE_SNAPSHOT_VERSION ? 'intact' : 'changed';
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function document({ changesetId, configuration, autoConfText, takenAt }: BeforeChange): object {
  const { settings, complete, fileEntries, databaseRoleSettings, loadedAt } = configuration;
  return {
    schema: PRE_SNAPSHOT_VERSION,
    changeset_id: changesetId,
    taken_at: takenAt,
    loaded_at: loadedAt,
    complete,
    settings: [...settings.values()].map(maskedSetting),
    file_entries: fileEntries?.map(maskedEntry) ?? null,
    database_role_settings: databaseRoleSettings.map(maskedDatabaseRoleSetting),
    auto_conf: autoConfText === null || holdsSecret(autoConfText) ? null : autoConfText,
  };
}

function maskedSetting(setting: Setting): Setting {
  const { name, boot_val, reset_val } = setting;
  return {
    ...setting,
    setting: maskSetting(name, setting.setting),
    boot_val: boot_val === null ? null : maskSetting(name, boot_val),
    reset_val: reset_val === null ? null : maskSetting(name, reset_val),
  };
}

function maskedEntry(entry: FileEntry): FileEntry {
  const { name, setting } = entry;
  return { ...entry, setting: setting === null ? null : maskSetting(name ?? '', setting) };
}

function maskedDatabaseRoleSetting(one: DatabaseRoleSetting): DatabaseRoleSetting {
  return { ...one, value: maskSetting(one.name, one.value) };
}

/** Masked in part the file would be no copy any more, so that one with a secret, or one we do not understand, is not kept. */
function holdsSecret(text: string): boolean {
  const { entries, errors } = parseConfFile(text);
  const named = entries.some(({ name, value }) => maskSetting(name, value) !== value);
  return named || errors.length > 0 || maskSecrets(text) !== text;
}
