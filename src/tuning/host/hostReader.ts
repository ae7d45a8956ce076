import type { Fact, Origin } from './fact.js';

/** What became of reading one file. `absent`: there is none, which for a limit means that nobody set one. */
export type FileText =
  { readonly text: string } | { readonly text: null; readonly absent: boolean; readonly why: string };

/** Texts by the name of a folder's entry; entries without the file are left out. */
export type EntryTexts = ReadonlyMap<string, string>;

/** What became of reading one file of each entry of a folder. */
export type EachText = { readonly entries: EntryTexts } | { readonly entries: null; readonly why: string };

/** What became of listing one folder of each entry of a folder: names by entry. */
export type EachList =
  | { readonly entries: ReadonlyMap<string, readonly string[]> }
  | { readonly entries: null; readonly why: string };

/** Where facts come from: the origin they carry and words that say how they were read. */
export interface Source {
  readonly origin: Exclude<Origin, 'none' | 'flag'>;
  /** Follows the name of a file: `over pg_read_file`, `of this machine`. */
  readonly way: string;
}

/**
 * Reads the files of the host that a server runs on. All paths are absolute and literal: PostgreSQL takes `..` out of
 * a path as text, before the kernel could follow a symbolic link.
 */
export interface HostReader extends Source {
  /** Folder of a process of the server: `/proc/self` over SQL, where the reader is the server itself. */
  readonly processFolder: string;
  /** At most `maxBytes` from the beginning of a file. */
  readText(path: string, maxBytes: number): Promise<FileText>;
  /** Reads `<folder>/<entry><suffix>` for every entry of the folder. */
  readEach(folder: string, suffix: string): Promise<EachText>;
  /** Lists `<folder>/<entry><suffix>` for every entry of the folder. */
  listEach(folder: string, suffix: string): Promise<EachList>;
  /** `major:minor` of the device that a file lies on; null where only the server could tell. */
  deviceOf(path: string): Promise<string | null>;
}

/** A fact that was read. */
export function knownFrom<T>(source: Source, value: T | null, detail: string): Fact<T> {
  return { value, origin: source.origin, detail: `${detail}, ${source.way}` };
}
