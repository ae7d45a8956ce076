import { PgdbaError } from '../core/errors.js';
import type { Data, Envelope } from './envelope.js';

/**
 * `data` with only the named paths (`a`, `b.c`); a path goes through arrays into each element.
 * @throws PgdbaError `usage` when a path names nothing; the hint lists what there is.
 */
export function pickFields(data: Data, paths: readonly string[]): Data {
  const picked: Data = {};
  for (const path of paths) copyPath(data, picked, path.split('.'), path);
  return picked;
}

function copyPath(from: unknown, to: Record<string, unknown>, steps: readonly string[], path: string): void {
  const [step, ...rest] = steps;
  const source = from as Record<string, unknown>;
  if (step === undefined) return;
  if (!Object.hasOwn(source, step)) {
    throw new PgdbaError('usage', `--fields: there is no "${path}"`, {
      hint: `In its place there are: ${Object.keys(source).join(', ')}.`,
    });
  }
  to[step] = copyInto(source[step], to[step], rest, path);
}

function copyInto(value: unknown, into: unknown, rest: readonly string[], path: string): unknown {
  if (rest.length === 0 || value === null) return value;
  if (Array.isArray(value)) {
    const earlier = Array.isArray(into) ? (into as unknown[]) : [];
    return value.map((item, i) => copyInto(item, earlier[i], rest, path));
  }
  if (typeof value !== 'object') {
    throw new PgdbaError('usage', `--fields: there is nothing below "${path}"`);
  }
  const target = (into ?? {}) as Record<string, unknown>;
  copyPath(value, target, rest, path);
  return target;
}

/** `data` with every array replaced by `{count}`: how much there is, without the rows. */
export function summarize(value: unknown): unknown {
  if (Array.isArray(value)) return { count: value.length };
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, summarize(item)]));
}

/** Bytes below which an envelope without data may not fit. */
export const LEAST_MAX_BYTES = 4096;

/**
 * The envelope cut to at most `maxBytes` of one-line JSON: the longest arrays in `data` are halved until it fits, and
 * a warning names each with how many of its elements are left. Where even that is too much, `data` becomes null, and
 * then warnings and the error are cut.
 */
export function fitInto(envelope: Envelope, maxBytes: number): Envelope {
  if (byteLength(envelope) <= maxBytes) return envelope;
  if (envelope.data === null) return withoutData(envelope, maxBytes);
  const data = structuredClone(envelope.data);
  const arrays = arraysIn(data, '').map((found) => ({ ...found, total: found.array.length }));
  const cut = (): Envelope => ({
    ...envelope,
    data,
    warnings: [...envelope.warnings, ...arrays.filter((a) => a.array.length < a.total).map(cutWarning)],
    meta: { ...envelope.meta, data_schema: null },
  });
  for (;;) {
    const fitting = cut();
    if (byteLength(fitting) <= maxBytes) return fitting;
    const longest = arrays.reduce<(typeof arrays)[number] | undefined>(
      (best, a) => (a.array.length > (best?.array.length ?? 0) ? a : best),
      undefined,
    );
    if (longest === undefined) return withoutData(envelope, maxBytes);
    longest.array.length = Math.floor(longest.array.length / 2);
  }
}

interface FoundArray {
  readonly path: string;
  readonly array: unknown[];
}

function arraysIn(value: unknown, path: string): FoundArray[] {
  if (Array.isArray(value)) return [{ path, array: value }];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => arraysIn(item, path === '' ? key : `${path}.${key}`));
}

function cutWarning(found: FoundArray & { total: number }): Envelope['warnings'][number] {
  return {
    code: 'output_truncated',
    message: `--max-bytes: ${String(found.array.length)} of ${String(found.total)} elements are shown`,
    hint: 'Name what you need with --fields, or raise --max-bytes.',
    subject: found.path,
  };
}

/** What is left when lists are not what takes the room: first data goes, then warnings, then most of the error's words. */
function withoutData(envelope: Envelope, maxBytes: number): Envelope {
  const warning = {
    code: 'output_truncated',
    message: `--max-bytes ${String(maxBytes)} leaves no room for all of data, warnings and error`,
    hint: 'Name what you need with --fields, or raise --max-bytes.',
    subject: envelope.data === null ? null : 'data',
  };
  const { error } = envelope;
  const whole = { ...envelope, data: null, meta: { ...envelope.meta, data_schema: null } };
  const steps: Envelope[] = [
    { ...whole, warnings: [...envelope.warnings, warning] },
    { ...whole, warnings: [warning] },
  ];
  const least = { ...whole, warnings: [warning], error: error === null ? null : shortened(error) };
  return steps.find((step) => byteLength(step) <= maxBytes) ?? least;
}

/** Short enough for LEAST_MAX_BYTES even where JSON writes each character as six. */
const LEAST_TEXT = 160;

function shortened({
  details: _details,
  ...error
}: NonNullable<Envelope['error']>): NonNullable<Envelope['error']> {
  return { ...error, message: error.message.slice(0, LEAST_TEXT), hint: error.hint.slice(0, LEAST_TEXT) };
}

function byteLength(envelope: Envelope): number {
  return Buffer.byteLength(JSON.stringify(envelope)) + 1;
}
