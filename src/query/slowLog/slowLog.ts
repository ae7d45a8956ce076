import type { ClusterIdentity } from '../../cluster/identity.js';
import type { Server } from '../../cluster/server.js';
import { pgStatActivity } from '../../inspect/sections/pg_stat_activity.js';
import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import type { SectionResult } from '../../inspect/snapshot.js';
import { ask, type AskOptions } from '../ask.js';
import { limited } from '../truncated.js';
import { judgeEvictions } from '../top/evictions.js';
import { readTexts, sampleStatements } from '../top/sampleStatements.js';
import type { LogSettings } from './log/logStanding.js';
import type { LogOutcome } from './readServerLog.js';
import { slowExecution } from './slowExecutions.js';
import type { SlowLogData, SlowSource, SlowStatement } from './slowLogData.js';
import { slowSessions } from './slowSessions.js';
import { allTimeMs, slowEntries, slowStatement } from './slowStatements.js';

/** What the caller wants to see. */
export interface SlowWish {
  readonly thresholdMs: number;
  /** Of each source; 0 = all. */
  readonly limit: number;
  readonly fullText: boolean;
  readonly redactLiterals: boolean;
}

type Options = Pick<AskOptions, 'redactLiterals' | 'budget'>;

/** What one source found, and what is to be said of it. */
interface Told {
  readonly source: SlowSource;
  readonly statements: readonly SlowStatement[];
  readonly limitations: SlowLogData['limitations'];
}

/**
 * Slow statements from all places where they show.
 * @param readLog reads the log that was asked for, after everything else
 */
export async function readSlowLog(
  server: Server,
  identity: Promise<ClusterIdentity>,
  wish: SlowWish,
  options: Options,
  readLog: (settings: LogSettings) => Promise<LogOutcome>,
): Promise<SlowLogData> {
  const [running, counted] = await Promise.all([
    readRunning(server, wish, options),
    readStatements(server, identity, wish, options),
  ]);
  const log = await readLog(server.facts.settings);
  const executions = log.collected?.slowest() ?? [];
  const logSource: Told = {
    source: {
      source: 'log',
      status: log.status,
      reason: log.reason,
      message: log.message,
      found: log.collected?.total ?? 0,
      truncated:
        log.collected === null || log.collected.total <= executions.length
          ? null
          : { shown: executions.length, total: log.collected.total },
    },
    statements: executions.map((execution) => slowExecution(execution, wish)),
    limitations: [],
  };
  const told = [running, counted.told, logSource];
  return {
    threshold_ms: wish.thresholdMs,
    statements: told.flatMap(({ statements }) => statements),
    sources: told.map(({ source }) => source),
    log: log.read,
    stats_reset: counted.stats_reset,
    evicted: counted.evicted,
    limitations: told.flatMap(({ limitations }) => limitations),
  };
}

function sourceOf(
  source: SlowSource['source'],
  { status, reason, message }: Pick<SectionResult, 'status' | 'reason' | 'message'>,
  found: number,
  truncated: SlowSource['truncated'],
): SlowSource {
  return { source, status, reason, message, found, truncated };
}

async function readRunning(server: Server, wish: SlowWish, options: Options): Promise<Told> {
  const answers = await ask(server, [pgStatActivity], options);
  const result = answers.of(pgStatActivity);
  const found = slowSessions(result.rows, wish.thresholdMs, wish.fullText);
  const { rows, truncated } = limited(found, wish.limit);
  return {
    source: sourceOf('running', result, found.length, truncated),
    statements: rows,
    limitations: answers.limitations,
  };
}

type Counted = { readonly told: Told } & Pick<SlowLogData, 'stats_reset' | 'evicted'>;

async function readStatements(
  server: Server,
  identity: Promise<ClusterIdentity>,
  wish: SlowWish,
  options: Options,
): Promise<Counted> {
  const { sample, answers } = await sampleStatements(server, identity, options);
  const result = answers.of(pgStatStatements);
  const { rows } = result;
  const wasRead = result.status === 'ok' || result.status === 'partial';
  const found = slowEntries(rows, wish.thresholdMs);
  const shown = limited(found, wish.limit);
  const texts = await readTexts(
    server,
    shown.rows.map(({ row }) => row),
    options,
  );
  const totalMs = allTimeMs(rows);
  return {
    told: {
      source: sourceOf('statements', result, found.length, shown.truncated),
      statements: shown.rows.map((entry) => slowStatement(entry, texts.byEntry, wish.fullText, totalMs)),
      limitations: [...answers.limitations, ...texts.limitations],
    },
    stats_reset: sample.statements.stats_reset,
    evicted: wasRead ? judgeEvictions(sample.dealloc, rows.length, sample.maxEntries) : null,
  };
}
