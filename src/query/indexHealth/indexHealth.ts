import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import { ask, essential } from '../ask.js';
import { exactSizes } from '../bloat/exactSizes.js';
import { statsInvisible } from '../bloat/statsInvisible.js';
import { survey } from '../bloat/survey.js';
import { limited } from '../truncated.js';
import type { IndexHealthData, Issue, ReplicaTold } from './indexHealthData.js';
import { judge } from './judge.js';
import type { Suspect } from './suspect.js';
import { suspectsQuestion } from './suspectsQuestion.js';
import type { ReplicaUse } from './unused.js';

export interface IndexHealthWish {
  readonly schema: string | null;
  readonly table: string | null;
  /** Issues that are looked for. */
  readonly issues: readonly Issue[];
  readonly windowMs: number;
  readonly limit: number;
  readonly budget: AbortSignal;
}

/** What a replica told of its use of indexes. */
export interface ReplicaAnswer {
  readonly told: ReplicaTold;
  readonly use: ReadonlyMap<number, ReplicaUse>;
}

/** So many of the largest suspects are measured; the others have the size of the last VACUUM or ANALYZE. */
const MEASURED = 500;

const STANDBYS = /* sql */ `
SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication AS r WHERE r.application_name !~ '^pg_(basebackup|receivewal)'`;

/**
 * What is wrong with indexes.
 * @throws PgdbaError as survey() and essential()
 */
export async function indexHealth(
  server: Pick<Server, 'snapshot' | 'facts'>,
  replicas: readonly ReplicaAnswer[],
  wish: IndexHealthWish,
): Promise<IndexHealthData> {
  const { schema, table, budget, windowMs } = wish;
  const [answers, found, standbys] = await Promise.all([
    ask(server, [suspectsQuestion], {
      redactLiterals: false,
      budget,
      given: { schema, table, window_s: windowMs / 1000 },
    }),
    wish.issues.includes('bloated') ? survey(server, { schema, table, limit: 1, budget }) : null,
    server.snapshot.read({ sql: STANDBYS }),
  ]);
  const suspects = essential(answers, suspectsQuestion).rows as unknown as readonly Suspect[];
  const { sizes } = await exactSizes(
    server.snapshot,
    suspects
      .filter((one) => !one.is_locked && !one.is_partitioned)
      .slice(0, MEASURED)
      .map(({ oid }) => oid),
  );
  const told = replicas.map((replica) => replica.told);
  const connected = standbys.result instanceof PgdbaError ? 0 : Number(standbys.result.rows[0]?.[0] ?? 0);
  const unreachable = told.filter(({ reachable }) => !reachable).length;
  const findings = judge({
    suspects,
    surveyed: found?.indexes ?? [],
    sizes,
    use: {
      windowMs,
      replicas: told,
      elsewhere: replicas.map(({ use }) => use),
      unseen: unreachable + Math.max(0, connected - told.length),
      now: suspects[0]?.now ?? '',
    },
    blockSize: found?.blockSize ?? 8192,
  }).filter(({ issue }) => wish.issues.includes(issue));
  const { rows, truncated } = limited(findings, wish.limit);
  return {
    indexes: rows,
    window_s: windowMs / 1000,
    stats_reset: suspects[0]?.stats_reset ?? null,
    replicas: told,
    truncated,
    limitations: [
      ...answers.limitations,
      ...(found?.limitations ?? []),
      ...statsInvisible(found?.indexes ?? []),
    ],
  };
}
