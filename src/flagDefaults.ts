import { EXCLUSIVE, type Pairs } from './flags.js';
import { PgdbaError } from './core/errors.js';

/** The part of a flag's definition that matters here. */
export interface FlagShape {
  readonly type: 'boolean' | 'option';
  readonly allowNo?: boolean;
  readonly char?: string | undefined;
}

type Shapes = Readonly<Record<string, FlagShape>>;

interface Origin {
  /** Said in errors, e.g. `PGDBA_FORMAT` */
  readonly name: (flag: string) => string;
  readonly value: (flag: string) => unknown;
}

/** Name of the variable that stands for a flag: `--max-bytes` → `PGDBA_MAX_BYTES`. */
export function variableOf(flag: string): string {
  return `PGDBA_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * The command line with every flag that was not given taken from its variable, else from defaults.json, so that one
 * parser judges all values alike. A flag that excludes one given by a stronger origin is left out.
 * @param ofTheCommand pairs of flags that exclude each other in this command, besides those of all
 * @throws PgdbaError `usage` for a boolean that is none, or when the command line itself holds two flags that exclude
 * each other.
 */
export function withDefaults(
  argv: readonly string[],
  flags: Shapes,
  env: Readonly<NodeJS.ProcessEnv>,
  defaults: Readonly<Record<string, unknown>>,
  ofTheCommand: Pairs = [],
): string[] {
  const exclusive = [...EXCLUSIVE, ...ofTheCommand];
  const given = givenFlags(argv, flags);
  refuseTogether(exclusive, given, (flag) => `--${flag}`);
  const origins: Origin[] = [
    { name: variableOf, value: (flag) => env[variableOf(flag)] },
    { name: (flag) => `"${flag}" in defaults.json`, value: (flag) => defaults[flag] },
  ];
  const added: string[] = [];
  for (const origin of origins) {
    const taken = Object.entries(flags).filter(
      ([flag]) => !given.has(flag) && !isEmpty(origin.value(flag)) && !excluded(exclusive, flag, given),
    );
    const written = taken.map(([flag, shape]) => ({ flag, words: words(flag, shape, origin) }));
    // A boolean that is false excludes nothing, but still beats the weaker origin.
    refuseTogether(
      exclusive,
      new Set(written.filter((one) => one.words.length > 0).map(({ flag }) => flag)),
      origin.name,
    );
    for (const one of written) {
      added.push(...one.words);
      given.add(one.flag);
    }
  }
  return [...added, ...argv];
}

/** Two flags that exclude each other are refused when they come from the same origin: neither is the stronger. */
function refuseTogether(
  exclusive: Pairs,
  flags: ReadonlySet<string>,
  nameOf: (flag: string) => string,
): void {
  for (const [one, other] of exclusive) {
    if (!flags.has(one) || !flags.has(other)) continue;
    throw new PgdbaError('usage', `${nameOf(one)} and ${nameOf(other)} cannot be given together`, {
      hint: 'Give one of them.',
    });
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function excluded(exclusive: Pairs, flag: string, given: ReadonlySet<string>): boolean {
  return exclusive.some(([a, b]) => (flag === a && given.has(b)) || (flag === b && given.has(a)));
}

/** Which flags the words hold; the word after an option flag is its value, whatever it looks like. */
function givenFlags(argv: readonly string[], flags: Shapes): Set<string> {
  const given = new Set<string>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') break;
    const name = flagNamed(word, flags);
    if (name === undefined) continue;
    given.add(name);
    if (flags[name]?.type === 'option' && !word.includes('=')) i++;
  }
  return given;
}

function flagNamed(word: string, flags: Shapes): string | undefined {
  if (word.startsWith('--')) {
    const name = word.slice(2).split('=')[0] ?? '';
    if (name in flags) return name;
    const positive = name.replace(/^no-/, '');
    return flags[positive]?.allowNo === true ? positive : undefined;
  }
  if (!/^-[A-Za-z]/.test(word)) return undefined;
  return Object.entries(flags).find(([, { char }]) => char === word[1])?.[0];
}

const TRUE = new Set(['true', 'on', 'yes', '1']);
const FALSE = new Set(['false', 'off', 'no', '0']);

function words(flag: string, shape: FlagShape, origin: Origin): string[] {
  const value = origin.value(flag);
  const text = Array.isArray(value) ? value.join(',') : String(value);
  if (shape.type === 'option') return [`--${flag}=${text}`];
  if (TRUE.has(text.toLowerCase())) return [`--${flag}`];
  if (FALSE.has(text.toLowerCase())) return shape.allowNo === true ? [`--no-${flag}`] : [];
  throw new PgdbaError('usage', `${origin.name(flag)}: "${text}" is neither true nor false`);
}
