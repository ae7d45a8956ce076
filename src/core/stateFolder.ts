import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PgdbaError } from './errors.js';

/** What pgdba keeps of one cluster, and what is below it. */
const OF_A_CLUSTER = /\/snapshots\/[0-9a-f]{64}(?:\/|$)/;

const FOLDER_MODE = 0o700;
const OPEN_TO_OTHERS = 0o077;
const STICKY = 0o1000;

/** What pgdba itself keeps at the top of its folder; an older folder that holds one of them is pgdba's to close. */
const OWN_ENTRIES: ReadonlySet<string> = new Set([
  'clusters.json',
  'defaults.json',
  'audit.jsonl',
  'snapshots',
]);

/**
 * Makes sure that a folder exists and that nobody else looks into it: new ones get mode 0700, pgdba's own that are
 * open to others are tightened. A folder that serves other purposes too (`PGDBA_HOME=/tmp`) is not touched.
 * @throws PgdbaError `state_unusable` for such a folder when others may enter it; node's errors for the rest
 */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  const { mode } = await stat(folder);
  if ((mode & OPEN_TO_OTHERS) === 0) return;
  if ((mode & STICKY) !== 0 || !(await isOurs(folder))) {
    throw new PgdbaError(
      'state_unusable',
      `${folder} is open to others (mode ${octal(mode)}) and not pgdba’s alone`,
      {
        hint: 'Point PGDBA_HOME to a folder of its own, or close this one: chmod 700.',
      },
    );
  }
  await chmod(folder, FOLDER_MODE);
}

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where a folder exists and cannot have children
 * (/proc answers ENOENT, which it takes for a missing parent).
 */
async function makeFolder(folder: string): Promise<void> {
  if (await madeOrThere(folder)) return;
  await makeFolder(dirname(folder));
  if (!(await madeOrThere(folder))) await mkdir(folder, { mode: FOLDER_MODE });
}

/** False when its parent is missing, or seems to be. */
async function madeOrThere(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: FOLDER_MODE });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code !== 'EEXIST') throw error;
  }
  return true;
}

async function isOurs(folder: string): Promise<boolean> {
  if (OF_A_CLUSTER.test(folder)) return true;
  const entries = await readdir(folder);
  return entries.length === 0 || entries.some((entry) => OWN_ENTRIES.has(entry));
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
