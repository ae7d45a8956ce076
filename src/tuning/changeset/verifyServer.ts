import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';

/** A name with several addresses may lead to another server each time. */
export function requireSameServer({ facts }: Server, startedAt: string): void {
  if (facts.startedAt === startedAt) return;
  throw new PgdbaError(
    'node_mismatch',
    'one connection reached another server than the one before, or it was restarted meanwhile',
    { hint: 'Name one server: a list of hosts, or a name with several addresses, leads to any of them.' },
  );
}
