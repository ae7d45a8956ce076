import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PgdbaError } from '../core/errors.js';
import { readState, updateState, type StateFormat } from '../core/stateFile.js';
import type { DemoServer } from './demoServer.js';

interface DemoRecord {
  readonly schema: 'pgdba.demo/1';
  readonly demo: DemoServer;
}

const FORMAT: StateFormat<DemoRecord> = {
  schema: 'pgdba.demo/1',
  accepts: (document): document is DemoRecord => isDemoServer((document as Partial<DemoRecord>).demo),
  errors: () => [{ instancePath: '/demo', message: 'is not complete' }],
};

/** Its process is stopped and its folder removed on the word of this file, so every part of that must be there. */
function isDemoServer(value: unknown): value is DemoServer {
  const { directory, version, server } = (value ?? {}) as Partial<DemoServer>;
  const { pid, dataDirectory, socketDirectory, port } = (server ?? {}) as Partial<DemoServer['server']>;
  const texts = [directory, version, dataDirectory, socketDirectory];
  const numbers = [pid, port];
  return (
    texts.every((text) => typeof text === 'string' && text !== '') &&
    numbers.every((number) => Number.isInteger(number) && (number ?? 0) > 1)
  );
}

function recordPath(home: string): string {
  return join(home, 'demo.json');
}

/**
 * The kept demo server that was recorded under $PGDBA_HOME, or undefined when there is none. It may have ended since.
 * @throws PgdbaError `state_unusable` when the record is broken or newer than this pgdba
 */
export async function readDemoRecord(home: string): Promise<DemoServer | undefined> {
  return (await readState(recordPath(home), FORMAT))?.demo;
}

/**
 * Records a kept server, so that another pgdba can stop it.
 * @throws PgdbaError `lock_held` when another one was recorded meanwhile; `state_unusable`
 */
export async function writeDemoRecord(home: string, demo: DemoServer): Promise<void> {
  await updateState(recordPath(home), FORMAT, (before): DemoRecord => {
    if (before === undefined) return { schema: 'pgdba.demo/1', demo };
    throw new PgdbaError('lock_held', 'another pgdba demo --keep was faster', {
      hint: 'Use that server, or stop it: pgdba demo --stop.',
    });
  });
}

/** Forgets the recorded server. */
export async function removeDemoRecord(home: string): Promise<void> {
  await rm(recordPath(home), { force: true });
}
