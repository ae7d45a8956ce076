import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY } from './binaries.js';

/**
 * What happens at an operation on the files under PGDBA_HOME. `kill`: SIGKILL before it; `torn`: SIGKILL in the middle
 * of it, if it writes; `full`: it and all that follow fail for want of room.
 */
export type FileFault = 'kill' | 'torn' | 'full';

const PRELOAD = pathToFileURL(join(REPOSITORY, 'test', 'support', 'killAt.mjs')).href;

/** Variables that make a pgdba suffer a fault at its nth operation on files, counted from 1. */
export function killAt(fault: FileFault, n: number): Record<string, string> {
  return { NODE_OPTIONS: `--import=${PRELOAD}`, PGDBA_TEST_FAULT: `${fault}:${String(n)}` };
}

/** Variables that make a pgdba write down at its end which operations on files it did. */
export function counting(file: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${PRELOAD}`, PGDBA_TEST_COUNT: file };
}

/** What such a run wrote down: the names of the operations, in their order. */
export async function countedIn(file: string): Promise<readonly string[]> {
  return (await readFile(file, 'utf8')).split(' ');
}
