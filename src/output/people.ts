import { markdownTable } from 'markdown-table';
import { getBorderCharacters, table } from 'table';
import type { Envelope } from './envelope.js';
import { printableDeep } from './printable.js';

type Style = 'table' | 'markdown';
type Rows = readonly Record<string, unknown>[];

/** A table with longer lines is written row by row, as psql's \x auto does: no terminal shows it in one piece. */
const WIDEST_TABLE = 160;

/** The whole envelope as tables: first what happened, then data, each list of objects as a table of its own. */
export function renderForPeople(envelope: Envelope, style: Style): string {
  const { data, warnings, error, meta, cluster, ...head } = printableDeep(envelope) as Envelope;
  const parts = [
    facts('', { ...head, exit_code: meta.exit_code }, style),
    error === null ? '' : block('error', error, style),
    warnings.length === 0 ? '' : block('warnings', warnings, style),
    data === null ? '' : block('', data, style),
    cluster === null ? '' : block('cluster', cluster, style),
    block('meta', meta, style),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function block(path: string, value: unknown, style: Style): string {
  if (isRows(value)) return titled(path, grid(value, style), style);
  if (Array.isArray(value)) return titled(path, value.map((item) => `- ${cell(item)}`).join('\n'), style);
  if (isText(value)) return titled(path, style === 'markdown' ? fenced(value) : lines(value), style);
  if (value === null || typeof value !== 'object') return titled(path, cell(value), style);
  const entries = Object.entries(value);
  const plain = entries.filter(([, item]) => !isNested(item));
  const nested = entries.filter(([, item]) => isNested(item));
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  return [
    plain.length === 0 ? '' : facts(path, Object.fromEntries(plain), style),
    ...nested.map(([key, item]) => block(below(key), item, style)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function isRows(value: unknown): value is Rows {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => item !== null && typeof item === 'object' && !Array.isArray(item))
  );
}

/** Whether a value gets a block of its own; lists of plain values stay in their cell. */
function isNested(value: unknown): boolean {
  return (
    isRows(value) || isText(value) || (value !== null && typeof value === 'object' && !Array.isArray(value))
  );
}

/** A text of several lines is shown as it is, below its name. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim().includes('\n');
}

function lines(text: string): string {
  return text.trimEnd().replaceAll('\r', '').replaceAll('\t', '    ');
}

/** As a code block, whose fence is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${lines(text)}\n${fence}`;
}

function facts(title: string, object: Record<string, unknown>, style: Style): string {
  const rows = Object.entries(object).map(([key, item]) => [key, cell(item)]);
  return titled(title, style === 'table' ? boxes(rows) : markdown(['', ''], rows), style);
}

function grid(rows: Rows, style: Style): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const body = rows.map((row) => columns.map((column) => cell(row[column])));
  if (style === 'markdown') return markdown(columns, body);
  return widthOf([columns, ...body]) > WIDEST_TABLE ? records(rows) : boxes([columns, ...body]);
}

function widthOf(lines: readonly (readonly string[])[]): number {
  const columns = lines[0] ?? [];
  return columns.reduce(
    (sum, _name, i) => sum + 2 + Math.max(...lines.map((line) => line[i]?.length ?? 0)),
    0,
  );
}

/** One block for each row; what is null there has no line, and objects are taken apart. */
function records(rows: Rows): string {
  return rows
    .map((row) => {
      const lines = [...flattened(row, '')].map(([key, item]) => [key, cell(item)] as const);
      const widest = Math.max(...lines.map(([key]) => key.length));
      return lines.map(([key, text]) => `${key.padEnd(widest)}  ${text}`).join('\n');
    })
    .join('\n\n');
}

function* flattened(object: object, path: string): Generator<readonly [string, unknown]> {
  for (const [key, item] of Object.entries(object) as [string, unknown][]) {
    if (item === null || item === undefined) continue;
    if (typeof item === 'object' && !Array.isArray(item)) yield* flattened(item, `${path}${key}.`);
    else yield [path + key, item];
  }
}

function boxes(rows: string[][]): string {
  return table(rows, {
    border: getBorderCharacters('void'),
    columnDefault: { paddingLeft: 0, paddingRight: 2 },
    drawHorizontalLine: () => false,
  }).trimEnd();
}

function markdown(head: string[], rows: string[][]): string {
  const safe = (text: string): string =>
    text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;');
  return markdownTable([head.map(safe), ...rows.map((row) => row.map(safe))]);
}

function titled(title: string, text: string, style: Style): string {
  if (title === '') return text;
  return style === 'markdown' ? `## ${title}\n\n${text}` : `${title}\n${text}`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll('\r', '').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}
