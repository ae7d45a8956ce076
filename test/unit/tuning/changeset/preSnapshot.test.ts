import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Setting } from '../../../../src/core/setting/spec.js';
import type { Configuration } from '../../../../src/tuning/configuration.js';
import { checkPreSnapshot, writePreSnapshot } from '../../../../src/tuning/changeset/preSnapshot.js';
import { idOf } from './changeSets.js';

let home: string;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
  folder = join(home, 'snapshots', 'a'.repeat(64));
});
afterEach(() => rm(home, { recursive: true, force: true }));

function setting(name: string, value: string): Setting {
  return {
    ...{
      name,
      setting: value,
      unit: null,
      vartype: 'string',
      context: 'sighup',
      category: 'x',
      source: 'default',
    },
    ...{ sourcefile: null, sourceline: null, boot_val: value, reset_val: value, pending_restart: false },
    ...{ min_val: null, max_val: null, enumvals: null },
  };
}

const entry = {
  seqno: 1,
  applied: true,
  error: null,
  sourcefile: '/data/postgresql.auto.conf',
  sourceline: 3,
};

const CONFIGURATION: Configuration = {
  settings: new Map([
    ['work_mem', setting('work_mem', '4096')],
    ['primary_conninfo', setting('primary_conninfo', 'host=a password=hunter2')],
  ]),
  complete: true,
  fileEntries: [
    { ...entry, name: 'work_mem', setting: '4MB' },
    { ...entry, name: 'app.api_key', setting: 'hunter2' },
  ],
  databaseRoleSettings: [{ database: 'app', role: null, name: 'app.secret', value: 'hunter2' }],
  loadedAt: '2026-01-01 00:00:00+00',
};

const AUTO_CONF = `# Do not edit\nwork_mem = '4MB' # hand-made\n`;

function write(autoConfText: string | null) {
  const before = { changesetId: idOf(1), configuration: CONFIGURATION, autoConfText };
  return writePreSnapshot(folder, { ...before, takenAt: '2026-01-01T00:00:00.000Z' });
}

async function kept(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(gunzipSync(await readFile(path)).toString('utf8')) as Record<string, unknown>;
}

describe('what is kept from before a change', () => {
  test('is every level of the configuration, and the raw file', async () => {
    const { path } = await write(AUTO_CONF);
    expect(path).toBe(join(folder, 'pre', `${idOf(1)}.json.gz`));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'pre'))).toEqual([`${idOf(1)}.json.gz`]);
    expect(await kept(path)).toMatchObject({
      schema: 'pgdba.pre-snapshot/1',
      changeset_id: idOf(1),
      taken_at: '2026-01-01T00:00:00.000Z',
      loaded_at: '2026-01-01 00:00:00+00',
      complete: true,
      settings: [{ name: 'work_mem', setting: '4096' }, { name: 'primary_conninfo' }],
      file_entries: [{ name: 'work_mem', setting: '4MB' }, { name: 'app.api_key' }],
      database_role_settings: [{ database: 'app', name: 'app.secret' }],
      auto_conf: AUTO_CONF,
    });
  });

  test('holds no secret', async () => {
    const { path } = await write(AUTO_CONF);
    const text = JSON.stringify(await kept(path));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('host=a password=********');
  });

  test.each([
    ['a conninfo with a password', `primary_conninfo = 'host=a password=hunter2'\n`],
    ['a parameter that is a secret', `work_mem = '4MB'\napp.api_key = 'hunter2'\n`],
    ['a comment with a password', `# password=hunter2\nwork_mem = '4MB'\n`],
    ['a line that we do not understand', `work_mem = '4MB\n`],
  ])('is not the raw file when that holds %s', async (_what, text) => {
    const { path } = await write(text);
    expect((await kept(path))['auto_conf']).toBeNull();
  });

  test('says when the raw file could not be read', async () => {
    const { path } = await write(null);
    expect((await kept(path))['auto_conf']).toBeNull();
  });
});

describe('its checksum', () => {
  test('is that of the file as it lies there', async () => {
    const written = await write(AUTO_CONF);
    const sha256 = createHash('sha256')
      .update(await readFile(written.path))
      .digest('hex');
    expect(written.sha256).toBe(sha256);
    expect(await checkPreSnapshot(written)).toBe('intact');
  });

  test('shows one that was changed, and one that is gone', async () => {
    const written = await write(AUTO_CONF);
    const bytes = await readFile(written.path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(written.path, bytes);
    expect(await checkPreSnapshot(written)).toBe('changed');
    await rm(written.path);
    expect(await checkPreSnapshot(written)).toBe('missing');
  });
});
