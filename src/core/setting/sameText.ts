import { foldCase } from './fold.js';
import { listKind, splitList, type ListKind } from './lists.js';
import { readReal } from './number.js';

type Same = (a: string, b: string) => boolean;

/**
 * String settings of which servers show another spelling than the one that was given, or read a list without regard to
 * spaces and case. Every other string means what it says.
 */
const SAME: ReadonlyMap<string, Same> = new Map([
  ['client_encoding', by(encoding)],
  ['createrole_self_grant', by(keyWords)],
  ['datestyle', sameDateStyle],
  ['default_text_search_config', by(textSearchConfig)],
  ['log_connections', by(keyWords)],
  ['log_destination', by(keyWords)],
  ['log_timezone', by(timeZone)],
  ['restrict_nonsystem_relation_kind', by(keyWords)],
  ['timezone', by(timeZone)],
  ['wal_consistency_checking', by(keyWords)],
]);

/** Whether two texts for the string setting `name` mean the same to every server of 12 to 18. */
export function sameText(name: string, a: string, b: string): boolean {
  if (a === b) return true;
  const kind = listKind(name);
  if (kind !== undefined) return by((text) => items(text, kind))(a, b);
  return SAME.get(foldCase(name))?.(a, b) ?? false;
}

function by(canonical: (text: string) => string | undefined): Same {
  return (a, b) => {
    const first = canonical(a);
    return first !== undefined && first === canonical(b);
  };
}

function items(text: string, kind: ListKind): string | undefined {
  const list = splitList(text, kind);
  return list === null ? undefined : JSON.stringify(list);
}

/** Key words know no case, not even in quotes. */
function keyWords(text: string): string | undefined {
  return items(foldCase(text), 'identifiers');
}

/** Only letters and digits count in an encoding's name; `unicode` is an old one for UTF8. */
function encoding(text: string): string {
  const name = foldCase(text).replace(/[^a-z0-9]/g, '');
  return name === 'unicode' ? 'utf8' : name;
}

/** The server looks a plain name up and shows where it found it, which is nearly always pg_catalog. */
function textSearchConfig(text: string): string | undefined {
  if (!/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/.test(text)) return undefined;
  const name = foldCase(text);
  return name.includes('.') ? name : `pg_catalog.${name}`;
}

/** Names of time zones know no case; a number is hours east of Greenwich and shown as a POSIX zone such as <+03>-03. */
function timeZone(text: string): string {
  const hours = readReal(text);
  if (hours?.rest !== '' || !Number.isFinite(hours.value)) return foldCase(text);
  const east = Math.trunc(hours.value * 3600);
  const clock = clockTime(Math.abs(east));
  return east < 0 ? `<-${clock}>+${clock}` : `<+${clock}>-${clock}`;
}

function clockTime(seconds: number): string {
  const parts = [Math.trunc(seconds / 3600), Math.trunc(seconds / 60) % 60, seconds % 60];
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

interface DateStyle {
  readonly style?: string;
  readonly order?: string;
}

/** A part of the date style that one text leaves out stays as it is on the server, whatever it is. */
function sameDateStyle(a: string, b: string): boolean {
  const [first, second] = [dateStyle(a), dateStyle(b)];
  if (first === undefined || second === undefined) return false;
  const agree = (x?: string, y?: string): boolean => x === undefined || y === undefined || x === y;
  return agree(first.style, second.style) && agree(first.order, second.order);
}

const STYLES: readonly (readonly [RegExp, string])[] = [
  [/^iso$/, 'ISO'],
  [/^sql$/, 'SQL'],
  [/^postgres/, 'Postgres'],
  [/^german$/, 'German'],
];
const ORDERS: readonly (readonly [RegExp, string])[] = [
  [/^ymd$/, 'YMD'],
  [/^(?:dmy$|euro)/, 'DMY'],
  [/^(?:mdy|us$|noneuro)/, 'MDY'],
];

/** Undefined for what the server refuses, for no word at all and for `default`. Source: check_datestyle() in variable.c. */
function dateStyle(text: string): DateStyle | undefined {
  const words = splitList(foldCase(text), 'identifiers') ?? [];
  const styles = words.flatMap((word) => meaning(STYLES, word) ?? []);
  const orders = words.flatMap((word) => meaning(ORDERS, word) ?? []);
  if (words.length === 0 || styles.length + orders.length < words.length) return undefined;
  if (new Set(styles).size > 1 || new Set(orders).size > 1) return undefined;
  const [style] = styles;
  const order = orders[0] ?? (style === 'German' ? 'DMY' : undefined);
  return { ...(style === undefined ? {} : { style }), ...(order === undefined ? {} : { order }) };
}

function meaning(table: readonly (readonly [RegExp, string])[], word: string): string | undefined {
  return table.find(([pattern]) => pattern.test(word))?.[1];
}
