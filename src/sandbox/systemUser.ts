import { execFileSync } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { PgdbaError } from '../core/errors.js';

/** An account of the operating system that a server process runs as. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL's own account where its package made one, else the account that owns nothing. */
const ACCOUNTS_FOR_ROOT = ['postgres', 'nobody'];

/**
 * Who a server must run as: undefined for "as we are", another account when we are root, because PostgreSQL refuses
 * to run as root.
 * @throws PgdbaError `demo_failed` when root has no such account.
 */
export function serverUser(uid: number | undefined = process.getuid?.()): SystemUser | undefined {
  if (uid !== 0) return undefined;
  for (const name of ACCOUNTS_FOR_ROOT) {
    const found = accountIds(name);
    if (found !== undefined && found.uid !== 0) return { name, ...found };
  }
  throw new PgdbaError(
    'demo_failed',
    'PostgreSQL refuses to run as root, and no account to run it as was found',
    {
      hint: `Run as an ordinary user, or add one of the accounts ${ACCOUNTS_FOR_ROOT.join(', ')}.`,
    },
  );
}

/** The ids of an account, or undefined when there is none; `id` also knows accounts that are not in /etc/passwd. */
function accountIds(name: string): { uid: number; gid: number } | undefined {
  const ask = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

/** Makes a folder that only its owner (`user`, or we ourselves) may enter, along with the folders above it. */
export async function makePrivateFolder(path: string, user: SystemUser | undefined): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await giveTo(path, user);
}

/** Gives one file or folder to the account that the server runs as. */
export async function giveTo(path: string, user: SystemUser | undefined): Promise<void> {
  if (user !== undefined) await chown(path, user.uid, user.gid);
}
