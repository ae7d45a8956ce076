import { chmod, lstat, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  binariesPackage,
  findBinaries,
  letEverybodyRead,
  makeSymbolicLinks,
  usableBinaries,
} from '../../../src/sandbox/binaries.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A package like the real one, whose `postgres` is a script that succeeds. */
async function fakePackage(place: string): Promise<void> {
  await mkdir(join(place, 'native', 'bin'), { recursive: true });
  await mkdir(join(place, 'native', 'lib'));
  await writeFile(join(place, 'package.json'), '{"version": "18.4.0-beta.17"}');
  await writeFile(join(place, 'native', 'bin', 'postgres'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(place, 'native', 'lib', 'libpq.so.5.18'), 'a library');
  const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
  await writeFile(join(place, 'native', 'pg-symlinks.json'), JSON.stringify([link]));
}

test('finds the package in any node_modules above the running file', async () => {
  const place = join(folder, 'node_modules', binariesPackage());
  await fakePackage(place);
  const found = findBinaries(join(folder, 'node_modules', 'pgdba', 'dist'));
  expect(found).toEqual({ version: '18.4.0-beta.17', packageDirectory: place });
});

test('says so when npm installed no package for this platform', () => {
  expect(() => findBinaries(join(folder, 'dist'))).toThrow(
    expect.objectContaining({ code: 'embedded_server_missing', exit: 5 }) as Error,
  );
});

test('makes the links that npm cannot pack, once', async () => {
  await fakePackage(folder);
  await makeSymbolicLinks(folder);
  await makeSymbolicLinks(folder);
  expect(await readlink(join(folder, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
});

test('copies binaries that cannot be run where they lie, makes the links there, and keeps the copy', async () => {
  const place = join(folder, 'package');
  const cache = join(folder, 'cache');
  await fakePackage(place);
  const program = join(place, 'native', 'bin', 'postgres');
  await chmod(program, 0o644);
  const found = { version: '18.4.0-beta.17', packageDirectory: place };
  await expect(usableBinaries(found, undefined, [cache])).rejects.toThrow(
    expect.objectContaining({ code: 'demo_failed' }) as Error,
  );

  await rm(cache, { recursive: true });
  await chmod(program, 0o755);
  expect(await usableBinaries(found, undefined, [cache])).toEqual(found);
});

test('refuses a cache folder that others may write to', async () => {
  const place = join(folder, 'package');
  await fakePackage(place);
  await chmod(join(place, 'native', 'bin', 'postgres'), 0o644);
  const open = join(folder, 'open');
  await mkdir(open);
  await chmod(open, 0o777);
  const found = { version: '18.4.0-beta.17', packageDirectory: place };
  await expect(usableBinaries(found, undefined, [open])).rejects.toThrow(/only this user may write to/);
});

test('opens a tree for reading whatever umask it was written under', async () => {
  await fakePackage(folder);
  const library = join(folder, 'native', 'lib', 'libpq.so.5.18');
  await makeSymbolicLinks(folder);
  await chmod(library, 0o600);
  await chmod(join(folder, 'native'), 0o700);
  await letEverybodyRead(folder);
  expect((await stat(join(folder, 'native'))).mode & 0o777).toBe(0o755);
  expect((await stat(library)).mode & 0o777).toBe(0o644);
  expect((await lstat(join(folder, 'native', 'lib', 'libpq.so.5'))).isSymbolicLink()).toBe(true);
  expect(await readFile(library, 'utf8')).toBe('a library');
});
