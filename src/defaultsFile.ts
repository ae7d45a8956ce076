import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PgdbaError } from './core/errors.js';
import { packageRoot } from './packageRoot.js';

type Defaults = Readonly<Record<string, unknown>>;

/**
 * What $PGDBA_HOME/defaults.json says: flag names to values, e.g. `{"format": "table", "statement-timeout": "5s"}`.
 * Underscores may stand for the dashes; a key `schema` is for editors. An absent file is an empty one.
 * @throws PgdbaError `state_unusable` when it cannot be read, holds no JSON object, or a key that is no command's flag
 */
export async function readDefaults(home: string): Promise<Defaults> {
  const path = join(home, 'defaults.json');
  const text = await textOf(path);
  if (text === undefined) return {};
  const written = Object.entries(parse(path, text)).filter(([key]) => key !== 'schema');
  const known = await knownFlags();
  const defaults: Record<string, unknown> = {};
  for (const [key, value] of written) {
    const flag = key.replaceAll('_', '-');
    if (!known.has(flag)) throw unusable(path, `"${key}" is no flag of any command`);
    if (Object.hasOwn(defaults, flag)) throw unusable(path, `it says "${flag}" twice`);
    defaults[flag] = value;
  }
  return defaults;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(path, (error as Error).message, error);
  }
}

/** The parser's own message is not passed on: it quotes the text around the fault, which may be a DSN's password. */
function parse(path: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unusable(path, 'it is not JSON', error);
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw unusable(path, 'it holds no JSON object');
}

/** The flags of all commands, as the build wrote them down: asking the commands themselves would load them all. */
async function knownFlags(): Promise<ReadonlySet<string>> {
  const manifest = await readFile(join(packageRoot(), 'dist', 'manifest.json'), 'utf8');
  const commands = JSON.parse(manifest) as readonly { readonly flags: Readonly<Record<string, unknown>> }[];
  return new Set(commands.flatMap(({ flags }) => Object.keys(flags)));
}

function unusable(path: string, reason: string, cause?: unknown): PgdbaError {
  return new PgdbaError('state_unusable', `${path} cannot be used: ${reason}`, {
    hint: 'It holds one JSON object of flag names and values, e.g. {"format": "table"}.',
    cause,
  });
}
