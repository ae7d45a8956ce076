import type { FileFacts, Surroundings } from '../../../src/db/libpq/surroundings.js';

export interface FakeFile {
  readonly text?: string;
  readonly mode?: number;
  readonly kind?: FileFacts['kind'];
  readonly uid?: number;
}

/** Surroundings out of plain values: the rules under test read no disk and no environment of ours. */
export function surroundings(
  env: Record<string, string> = {},
  files: Record<string, FakeFile> = {},
  osUser: string | null = 'alice',
): Surroundings {
  return {
    env,
    home: '/home/alice',
    osUser,
    uid: 1000,
    files: {
      stat: (path) => {
        const file = files[path];
        return file === undefined
          ? null
          : { kind: file.kind ?? 'file', mode: file.mode ?? 0o600, uid: file.uid ?? 1000 };
      },
      read: (path) => {
        const text = files[path]?.text;
        if (text === undefined) throw new Error(`no such file: ${path}`);
        return Buffer.from(text);
      },
      list: (folder) =>
        Object.keys(files)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1)),
    },
  };
}

/** The PgdbaError code and message that a call throws, as one line; `no error` when it throws none. */
export function thrownBy(act: () => unknown): string {
  try {
    act();
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error
      ? `${String(error.code)}: ${error.message}`
      : String(error);
  }
}
