import type { Server } from '../cluster/server.js';
import { PgdbaError } from '../core/errors.js';
import type { Need } from '../inspect/section.js';

/** Shown in hints where the role may see it: what a changed shared_preload_libraries must keep. */
const PRELOADED = 'shared_preload_libraries';
export const preloadedLibraries: Need = {
  kind: 'setting',
  name: PRELOADED,
  without: 'noted',
  loses: 'nothing',
};

/** Databases that are looked into for the extension, in their order. */
const MOST_DATABASES = 20;

/**
 * The error to tell when pg_stat_statements cannot be read: where it is, if not here, and what would have to be done.
 * Any other error is told as it is.
 * @param findElsewhere which of the server's other databases have the extension
 */
export async function explainMissing(
  thrown: unknown,
  { facts }: Pick<Server, 'facts'>,
  findElsewhere: (most: number) => Promise<readonly string[]>,
): Promise<unknown> {
  if (!(thrown instanceof PgdbaError) || thrown.code !== 'extension_missing') return thrown;
  const isLoaded = facts.settings['pg_stat_statements.max'] !== undefined;
  const isHere = facts.extensions['pg_stat_statements'] !== undefined;
  const create = `CREATE EXTENSION pg_stat_statements in database ${facts.database}`;
  const missing = [
    ...(isLoaded ? [] : ['its library is not in shared_preload_libraries']),
    ...(isHere ? [] : [`the extension is not installed in database ${facts.database}`]),
  ];
  const steps = [...(isLoaded ? [] : [preload(facts.settings[PRELOADED])]), ...(isHere ? [] : [create])];
  const elsewhere = isLoaded && !isHere ? await findElsewhere(MOST_DATABASES) : [];
  const hint =
    elsewhere.length === 0
      ? `${steps.join(', then ')}.`
      : `Give --dbname ${elsewhere[0] ?? ''}: database ${elsewhere.join(', ')} has it, and it shows the statements of all databases. Or ${create}.`;
  return new PgdbaError('extension_missing', `pg_stat_statements cannot be read: ${missing.join(', and ')}`, {
    hint,
    details: { preloaded: isLoaded, installed: isHere, installed_in: elsewhere },
  });
}

/** @param libraries what the server preloads now; absent where the role may not see it */
function preload(libraries: string | undefined): string {
  const others = (libraries ?? '').split(',').filter((name) => name.trim() !== '');
  const value = [...others.map((name) => name.trim()), 'pg_stat_statements'].join(',');
  const kept = libraries === undefined ? ', beside what stands there' : '';
  return `Set shared_preload_libraries = '${value}'${kept}, restart the server`;
}
