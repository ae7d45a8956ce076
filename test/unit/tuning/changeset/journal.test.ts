import { execFile } from 'node:child_process';
import {
  appendFile,
  mkdtemp,
  open,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../../src/core/clock.js';
import {
  isClosed,
  Journal,
  readJournal,
  type JournalStep,
} from '../../../../src/tuning/changeset/journal.js';
import { FINGERPRINT, idOf } from './changeSets.js';

const OF = { id: idOf(1), fingerprint: FINGERPRINT };

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
  path = join(folder, 'changesets', `${idOf(1)}.journal.jsonl`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const BEGIN: JournalStep = { step: 'begin', phase: 'intent', note: 'config apply' };
const SET: JournalStep = {
  step: 'set',
  phase: 'intent',
  parameter: 'work_mem',
  old_line: null,
  new_line: '64MB ü',
};
const END: JournalStep = { step: 'end', phase: 'done' };

/** A journal with these steps, closed. */
async function written(...steps: readonly JournalStep[]): Promise<void> {
  const journal = await Journal.create(path, OF, systemClock);
  for (const step of steps) await journal.append(step);
  await journal.close();
}

const stepsIn = async (): Promise<string[]> =>
  (await readJournal(path)).map(({ seq, step, phase }) => `${String(seq)} ${step} ${phase}`);

describe('a journal', () => {
  test('is one line for itself and one for each entry, in a file for its owner', async () => {
    await written(BEGIN, SET);
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines.map((line) => (line === '' ? '' : (JSON.parse(line) as unknown)))).toEqual([
      { schema: 'pgdba.journal/1', changeset_id: idOf(1), fingerprint: FINGERPRINT },
      { seq: 1, at: expect.stringMatching(/Z$/) as string, ...BEGIN },
      { seq: 2, at: expect.stringMatching(/Z$/) as string, ...SET },
      '',
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('is on disk with each entry before anybody goes on', async () => {
    const journal = await Journal.create(path, OF, systemClock);
    const probe = await open(path, 'r');
    const handle = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    const sizes: number[] = [];
    const synced = vi.spyOn(handle, 'sync').mockImplementation(async () => {
      sizes.push((await stat(path)).size);
    });
    await journal.append(BEGIN);
    await journal.append(SET);
    synced.mockRestore();
    await journal.close();
    const whole = await readFile(path, 'utf8');
    expect(sizes).toEqual(
      [whole.lastIndexOf('\n', whole.length - 2) + 1, whole.length].map((at) =>
        Buffer.byteLength(whole.slice(0, at)),
      ),
    );
  });

  test('tells an absent line from a step that has none', async () => {
    await written(BEGIN, SET);
    const [begin, set] = await readJournal(path);
    expect(begin).not.toHaveProperty('old_line');
    expect(set).toMatchObject({ old_line: null, new_line: '64MB ü' });
  });

  test('is gone on with where it ended', async () => {
    await written(BEGIN, SET);
    const journal = await Journal.open(path, systemClock);
    expect(journal.entries).toHaveLength(2);
    await journal.append(END);
    await journal.close();
    expect(await stepsIn()).toEqual(['1 begin intent', '2 set intent', '3 end done']);
  });

  test('is not made twice', async () => {
    await written(BEGIN);
    await expect(written(BEGIN)).rejects.toMatchObject({ code: 'state_unusable' });
    expect(await stepsIn()).toEqual(['1 begin intent']);
  });

  test('that is not there is empty to read, and an error to open', async () => {
    expect(await readJournal(path)).toEqual([]);
    await expect(Journal.open(path, systemClock)).rejects.toMatchObject({
      code: 'state_unusable',
      message: expect.stringContaining(path) as string,
    });
  });
});

describe('a torn last line', () => {
  test(
    'does not count, wherever it was torn, and the next entry stands on a line of its own',
    { timeout: 60_000 },
    async () => {
      await written(BEGIN, SET, END);
      const whole = await readFile(path);
      const starts = [...whole.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at + 1] : []));
      // From the header's newline on: before it there is no journal yet.
      for (let size = starts[0] ?? 0; size < whole.length; size++) {
        await writeFile(path, whole.subarray(0, size));
        const survivors = starts.filter((start) => start <= size).length - 1;
        expect(await readJournal(path)).toHaveLength(survivors);
        const journal = await Journal.open(path, systemClock);
        await journal.append(END);
        await journal.close();
        expect(await readFile(path, 'utf8')).toMatch(/"step":"end","phase":"done"\}\n$/);
        const entries = await readJournal(path);
        expect(entries).toHaveLength(survivors + 1);
        expect(entries.at(-1)).toMatchObject({ seq: survivors + 1, step: 'end' });
      }
    },
  );

  test('may have got its newline and not its text', async () => {
    await written(BEGIN);
    await appendFile(path, '\0\0\0\0\0\0\n');
    expect(await stepsIn()).toEqual(['1 begin intent']);
    const journal = await Journal.open(path, systemClock);
    await journal.append(END);
    await journal.close();
    expect(await stepsIn()).toEqual(['1 begin intent', '2 end done']);
  });

  test('may be the first', async () => {
    await written();
    await truncate(path, 20);
    expect(await readJournal(path)).toEqual([]);
    await expect(Journal.open(path, systemClock)).rejects.toMatchObject({ code: 'state_unusable' });
    await written(BEGIN);
    expect(await stepsIn()).toEqual(['1 begin intent']);
  });
});

describe('a broken journal', () => {
  const line = (seq: number, more: object = {}): string =>
    JSON.stringify({ seq, at: '2026-01-01T00:00:00.000Z', ...BEGIN, ...more });
  const header = JSON.stringify({
    schema: 'pgdba.journal/1',
    changeset_id: idOf(1),
    fingerprint: FINGERPRINT,
  });

  test.each([
    ['in the middle', [header, '{"seq": 1, "at', line(2)], 'line 2 is not JSON'],
    ['with a line missing', [header, line(1), line(3)], 'line 3: seq is 3, so that lines are missing'],
    [
      'with a step nobody knows',
      [header, line(1, { step: 'dance' })],
      'line 2: /step must be equal to one of',
    ],
    ['without its first line', [line(1), line(2)], 'its schema is not pgdba.journal/1'],
    [
      'of a newer pgdba',
      [header.replace('/1', '/2'), '{"seq":1}'],
      'a newer pgdba wrote it (pgdba.journal/2; this one knows pgdba.journal/1)',
    ],
  ])('%s is an error that names it', async (_what, lines, reason) => {
    await written();
    await writeFile(path, `${lines.join('\n')}\n`);
    const message = expect.stringContaining(`${path} cannot be used: ${reason}`) as string;
    await expect(readJournal(path)).rejects.toMatchObject({ code: 'state_unusable', exit: 5, message });
    await expect(Journal.open(path, systemClock)).rejects.toMatchObject({ code: 'state_unusable' });
  });
});

describe('a full disk', () => {
  test('is told before the step, and what is written once there is room stands on a line of its own', async () => {
    const bundle = join(folder, 'journal.cjs');
    const entryPoints = ['src/tuning/changeset/journal.ts'];
    await build({ entryPoints, outfile: bundle, bundle: true, platform: 'node', format: 'cjs' });
    // A limit on the size of files fails a write in the middle, as a full disk does; 4 is 2 or 4 KiB.
    const script = `
      const { Journal } = require(${JSON.stringify(bundle)});
      const clock = { now: () => new Date(0) };
      (async () => {
        const journal = await Journal.create(${JSON.stringify(path)}, ${JSON.stringify(OF)}, clock);
        const long = { step: 'set', phase: 'intent', parameter: 'x', old_line: null, new_line: 'y'.repeat(600) };
        let written = 0;
        try { for (;;) { await journal.append(long); written++; } } catch (error) { console.log(error.code, error.message); }
        const size = () => require('node:fs').statSync(${JSON.stringify(path)}).size;
        const before = size();
        await journal.append({ step: 'undo', phase: 'intent' });
        console.log(written, journal.entries.length, size() > before);
      })();`;
    const args = ['-c', 'ulimit -f 4; exec "$0" -e "$1"', process.execPath, script];
    const { stdout } = await promisify(execFile)('sh', args);
    const [failure, counts] = stdout.split('\n');
    expect(failure).toContain(`state_unusable ${path} cannot be used: it cannot be written: EFBIG`);
    const entries = await readJournal(path);
    expect(entries.length).toBeGreaterThan(1);
    expect(entries.at(-1)).toMatchObject({ step: 'undo' });
    expect(counts).toBe(`${String(entries.length - 1)} ${String(entries.length)} true`);
  });
});

describe('a closed journal', () => {
  test.each([
    ['ends with end and done', [BEGIN, SET, END], true],
    ['is not one that waits for a confirmation', [BEGIN, { step: 'end', phase: 'intent' }], false],
    ['is not one that was cut off', [BEGIN, SET], false],
    ['is not one that was taken up again', [BEGIN, END, BEGIN], false],
    ['is not one without entries', [], false],
  ] as const)('%s', async (_what, steps, closed) => {
    await written(...steps);
    expect(await isClosed(path)).toBe(closed);
  });

  test('shows behind any length, and through a torn line', async () => {
    await written(BEGIN, { ...SET, new_line: 'x'.repeat(50_000) }, END);
    await appendFile(path, '{"seq":');
    expect(await isClosed(path)).toBe(true);
  });

  test('is not one whose last word is too long to look at', async () => {
    await written(BEGIN, { ...SET, new_line: 'x'.repeat(50_000) });
    expect(await isClosed(path)).toBe(false);
  });
});
