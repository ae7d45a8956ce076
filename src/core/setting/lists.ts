import { foldCase } from './fold.js';

/** How the server reads the items of a list: as names of objects, or as paths and names of files. */
export type ListKind = 'identifiers' | 'paths';

/**
 * Settings whose items the server quotes one by one when ALTER SYSTEM writes them, and since which major. Found on
 * servers 12 to 18 by ALTER SYSTEM with one literal 'a, b' for every setting: only these came out as '"a, b"'.
 */
const QUOTED_LISTS: ReadonlyMap<string, { readonly kind: ListKind; readonly since: number }> = new Map([
  ['local_preload_libraries', { kind: 'paths', since: 12 }],
  ['oauth_validator_libraries', { kind: 'paths', since: 18 }],
  ['search_path', { kind: 'identifiers', since: 12 }],
  ['session_preload_libraries', { kind: 'paths', since: 12 }],
  ['shared_preload_libraries', { kind: 'paths', since: 12 }],
  ['temp_tablespaces', { kind: 'identifiers', since: 12 }],
  ['unix_socket_directories', { kind: 'paths', since: 14 }],
]);

/** Whether ALTER SYSTEM takes the setting's items as several literals, each of which the server quotes by itself. */
export function isListQuoted(name: string, major: number): boolean {
  const list = QUOTED_LISTS.get(foldCase(name));
  return list !== undefined && major >= list.since;
}

/** How the server reads the items of the setting's list; undefined for a setting that is no list of paths or names. */
export function listKind(name: string): ListKind | undefined {
  return QUOTED_LISTS.get(foldCase(name))?.kind;
}

interface Item {
  readonly text: string;
  readonly end: number;
}

const SPACE = /[ \t\n\v\f\r]*/y;
const QUOTED = /"((?:[^"]|"")*)"/y;
const BARE: Readonly<Record<ListKind, RegExp>> = { identifiers: /[^, \t\n\v\f\r]+/y, paths: /[^,]+/y };

/**
 * The items of a list as the server splits it: commas between them, double quotes around one that holds a comma, and a
 * double quote in it written twice. Outside quotes, identifiers fold to lower case and hold no space, and paths lose the
 * space around them. Null when the server could not split it. An empty text is an empty list.
 * Source: SplitIdentifierString() and SplitDirectoriesString() of PostgreSQL's varlena.c.
 */
export function splitList(text: string, kind: ListKind = 'paths'): string[] | null {
  const items: string[] = [];
  let at = afterSpace(text, 0);
  while (at < text.length) {
    const item = itemAt(text, at, kind);
    if (item === undefined) return null;
    items.push(item.text);
    at = afterSpace(text, item.end);
    if (at === text.length) break;
    if (text[at] !== ',') return null;
    at = afterSpace(text, at + 1);
    if (at === text.length) return null;
  }
  return items;
}

function itemAt(text: string, at: number, kind: ListKind): Item | undefined {
  if (text[at] === '"') {
    const quoted = matchAt(QUOTED, text, at);
    if (quoted?.[1] === undefined) return undefined;
    return { text: quoted[1].replaceAll('""', '"'), end: at + quoted[0].length };
  }
  const bare = matchAt(BARE[kind], text, at)?.[0];
  if (bare === undefined) return undefined;
  const item = kind === 'paths' ? bare.replace(/[ \t\n\v\f\r]+$/, '') : foldCase(bare);
  return { text: item, end: at + bare.length };
}

function afterSpace(text: string, at: number): number {
  return at + (matchAt(SPACE, text, at)?.[0].length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
