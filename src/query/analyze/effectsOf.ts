import type { Server } from '../../cluster/server.js';
import { ask, essential, type AskOptions } from '../ask.js';
import type { PlanNode } from '../plan/planNode.js';
import { bodies } from './bodies.js';
import { effectful, namesIn, namesReached, wordsIn, writesIn, type Effects } from './effects.js';
import { volatileFunctions } from './volatileFunctions.js';

/** How deep functions that call functions, and views over views, are followed. */
const DEEPEST = 10;

type Asking = Pick<Server, 'snapshot' | 'facts'>;

/**
 * What executing a statement would do beyond reading, as far as names tell: those of its text and plan, and of the
 * functions and views that these are made of. SQL that a function puts together at run time is out of sight.
 */
export async function effectsOf(
  server: Asking,
  statement: string,
  nodes: readonly PlanNode[],
  options: Omit<AskOptions, 'given'>,
): Promise<Effects> {
  const called = new Set(namesReached(statement, nodes));
  const looked = new Set<string>();
  let fresh = [...called, ...wordsIn(statement)];
  for (let depth = 0; depth < DEEPEST && fresh.length > 0; depth++) {
    for (const name of fresh) looked.add(name);
    const answers = await ask(server, [bodies], { ...options, given: { names: JSON.stringify(fresh) } });
    const texts = essential(answers, bodies).rows.map(({ body }) => String(body));
    for (const name of namesIn(texts)) called.add(name);
    fresh = [...new Set(texts.flatMap(wordsIn))].filter((name) => !looked.has(name));
  }
  const given = { names: JSON.stringify([...called]) };
  const { rows } = essential(
    await ask(server, [volatileFunctions], { ...options, given }),
    volatileFunctions,
  );
  const found = rows.map(({ schema, name }) => ({ schema: String(schema), name: String(name) }));
  return { writes: writesIn(nodes), functions: effectful(found) };
}
