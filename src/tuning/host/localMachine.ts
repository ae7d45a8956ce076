import { readdir, open, stat } from 'node:fs/promises';

/** Files of the machine that pgdba runs on; functions reject with Node's errors. */
export interface LocalMachine {
  /** At most `maxBytes` from the beginning of a file. */
  readText(path: string, maxBytes: number): Promise<string>;
  list(folder: string): Promise<readonly string[]>;
  /** Device number of the file, symbolic links followed, as stat(2) has it in st_dev. */
  deviceNumber(path: string): Promise<bigint>;
}

/** This machine. */
export const thisMachine: LocalMachine = {
  readText: readStart,
  list: (folder) => readdir(folder),
  deviceNumber: async (path) => (await stat(path, { bigint: true })).dev,
};

/** Files of /proc have the size 0, and give a page at a time: read until there is no more. */
async function readStart(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(maxBytes);
    for (let length = 0; ;) {
      const { bytesRead } = await file.read(buffer, length, maxBytes - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === maxBytes) return buffer.toString('utf8', 0, length);
    }
  } finally {
    await file.close();
  }
}
