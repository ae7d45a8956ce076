import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readInput } from '../../../src/inputFile.js';

const refusal = (message: string): Error =>
  expect.objectContaining({
    code: 'invalid_input',
    message: expect.stringContaining(message) as string,
  }) as Error;

/** stdin with these chunks. */
function stdin(...chunks: Buffer[]): Readable {
  return Readable.from(chunks);
}

describe('stdin', () => {
  it('is read to its end, whatever its chunks cut in two', async () => {
    const text = '\ufeffwork_mem = 4MB # größer';
    const bytes = Buffer.from(text);
    const cut = bytes.indexOf(0xb6);
    expect(await readInput('-', stdin(bytes.subarray(0, cut), bytes.subarray(cut)))).toBe(text.slice(1));
  });

  it('is not waited for at a terminal', async () => {
    await expect(readInput('-', Object.assign(stdin(), { isTTY: true }))).rejects.toThrow(
      refusal('terminal'),
    );
  });

  it('must be text of a size that a document can have', async () => {
    await expect(readInput('-', stdin(Buffer.from([0xe4])))).rejects.toThrow(refusal('not UTF-8'));
    const chunk = Buffer.alloc(32 * 1024 ** 2, 0x20);
    await expect(readInput('-', stdin(chunk, chunk, chunk))).rejects.toThrow(refusal('larger than 64 MiB'));
  });

  it('that breaks is an error like any other', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('EIO'));
      },
    });
    await expect(readInput('-', broken)).rejects.toThrow(refusal('stdin cannot be read: EIO'));
  });
});

it('a file is read by its name', async () => {
  expect(await readInput(import.meta.filename, stdin())).toContain('a file is read by its name');
  await expect(readInput('/nowhere/at/all', stdin())).rejects.toThrow(
    refusal('/nowhere/at/all cannot be read'),
  );
});
