import { maskSecrets, maskSetting } from '../core/mask.js';
import { maskLiterals } from '../core/maskLiterals.js';
import type { RawRows } from '../db/statement.js';
import type { ColumnKind } from './column.js';
import type { Row, Section } from './section.js';

export interface DecodeOptions {
  /** Mask every literal in query texts, not only passwords. */
  readonly redactLiterals: boolean;
}

export interface DecodedRows {
  readonly rows: Row[];
  /** How many rows there are before --limit; null for sections that are read whole. */
  readonly total: number | null;
}

type Decoder = (text: string) => unknown;

/** Hidden column: the count before the limit; see Section. */
const TOTAL = 'total_count';

/**
 * A section's rows from the server's text, in the order of its schema; `database` goes before them, if given.
 * @throws Error when the SQL's columns are not the schema's: a bug that the contract tests exist to find.
 */
export function decodeRows(
  section: Section,
  raw: RawRows,
  options: DecodeOptions,
  database?: string,
): DecodedRows {
  const columns = columnsOf(section, options).map((column) => ({
    ...column,
    at: indexOf(raw.columns, column.name, section.id),
  }));
  const totalAt = raw.columns.indexOf(TOTAL);
  if (raw.columns.length !== columns.length + (totalAt < 0 ? 0 : 1)) {
    throw new Error(`${section.id}: the server returned columns that the schema does not have`);
  }
  const nameAt = raw.columns.indexOf('name');
  const rows = raw.rows.map((values) => {
    const row: Record<string, unknown> = database === undefined ? {} : { database };
    for (const { name, at, decode, kind } of columns) {
      const text = values[at] ?? null;
      if (text === null) row[name] = null;
      else row[name] = kind === 'setting' ? maskSetting(values[nameAt] ?? name, text) : decode(text);
    }
    return row;
  });
  const firstTotal = totalAt < 0 ? null : raw.rows[0]?.[totalAt];
  return { rows, total: firstTotal === null ? null : Number(firstTotal ?? 0) };
}

interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly decode: Decoder;
}

/** The columns of a section with what turns the server's text into their JSON value. */
function columnsOf(section: Section, options: DecodeOptions): Column[] {
  return Object.entries(section.row.properties).map(([name, schema]) => {
    const { 'x-kind': kind, anyOf } = schema as {
      'x-kind': ColumnKind;
      anyOf?: readonly { type?: string }[];
    };
    return { name, kind, decode: decoderOf(kind, anyOf?.[0]?.type, options) };
  });
}

function decoderOf(kind: ColumnKind, type: string | undefined, options: DecodeOptions): Decoder {
  switch (kind) {
    case 'counter':
      return counterValue;
    case 'gauge':
      return Number;
    case 'key':
      return type === 'number' ? Number : type === 'boolean' ? isTrue : asIs;
    case 'flag':
      return isTrue;
    case 'time':
      return isoTime;
    case 'document':
      return (text) => JSON.parse(text) as unknown;
    case 'query':
      return options.redactLiterals ? (text) => maskLiterals(maskSecrets(text)) : maskSecrets;
    case 'label':
    case 'id':
    case 'setting':
      return asIs;
  }
}

/** A counter; beyond 2^53 a bigint, so that a difference of two is exact. {@link narrowed} makes it a JSON number. */
function counterValue(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(text) ? value : BigInt(text);
}

/** The row as JSON can hold it: counters beyond 2^53 lose their last digits here, and only here. */
export function narrowed(row: Row): Row {
  const wide = Object.values(row).some((value) => typeof value === 'bigint');
  if (!wide) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}

const asIs: Decoder = (text) => text;
const isTrue: Decoder = (text) => text === 't';

/** `2026-01-01 00:00:00.123456+00` (DateStyle ISO, TimeZone UTC) as `2026-01-01T00:00:00.123456Z`. */
export function isoTime(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11).replace(/\+00$/, '')}Z`;
}

function indexOf(columns: readonly string[], name: string, sectionId: string): number {
  const at = columns.indexOf(name);
  if (at < 0) throw new Error(`${sectionId}: the server returned no column ${name}`);
  return at;
}
