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

/** An operation on files. */
export interface Operation {
  readonly name: string;
  /** Whether it fails on a full disk. */
  readonly needsRoom: boolean;
}

/** What such a run wrote down: its operations, in their order. */
export async function countedIn(file: string): Promise<readonly Operation[]> {
  return JSON.parse(await readFile(file, 'utf8')) as Operation[];
}
