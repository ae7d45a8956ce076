import type { Row } from '../../inspect/section.js';
import { isOn, type Settings } from './thresholds.js';
import type { RunningVacuum, ServerIssue, Workers } from './vacuumData.js';
import type { WorkerRow } from './vacuumQuestions.js';

/** What pg_stat_progress_vacuum tells, beside what its process does. Pure. */
export function runningVacuums(progress: readonly Row[], processes: readonly WorkerRow[]): RunningVacuum[] {
  return progress.map((row): RunningVacuum => {
    const value = (name: string): number | null => (row[name] as number | null | undefined) ?? null;
    const text = (name: string): string | null => (row[name] as string | null | undefined) ?? null;
    const process = processes.find(({ pid }) => pid === row['pid']);
    const total = value('heap_total_bytes');
    return {
      pid: Number(row['pid']),
      database: text('datname'),
      relation: text('relation'),
      relation_oid: value('relid'),
      kind: kindOf(process),
      to_prevent_wraparound: preventsWraparound(process),
      running_ms: process?.age_ms ?? null,
      phase: text('phase'),
      scanned_ratio: ratio(value('heap_scanned_bytes'), total),
      vacuumed_ratio: ratio(value('heap_vacuumed_bytes'), total),
      heap_total_bytes: total,
      index_passes: value('index_vacuum_count'),
      dead_memory_ratio:
        ratio(value('dead_tuple_bytes'), value('max_dead_tuple_bytes')) ??
        ratio(value('num_dead_tuples'), value('max_dead_tuples')),
      indexes_total: value('indexes_total'),
      indexes_processed: value('indexes_processed'),
      delay_ms: value('delay_time_ms'),
    };
  });
}

function kindOf(process: WorkerRow | undefined): RunningVacuum['kind'] {
  const type = process?.backend_type ?? null;
  if (type === null) return null;
  return type === 'autovacuum worker' ? 'autovacuum' : 'by_hand';
}

function preventsWraparound(process: WorkerRow | undefined): boolean | null {
  const query = process?.query ?? null;
  if (query === null) return null;
  return kindOf(process) === 'autovacuum' && query.endsWith('(to prevent wraparound)');
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

/**
 * How many workers are at work of how many, and what the cost limit lets all of them read and dirty at most. A worker
 * sleeps for the delay each time it has spent its share of the limit, so bytes per second are
 * limit / cost of a block * block_size / delay (Source: PostgreSQL's documentation, Cost-based Vacuum Delay).
 * @param visible whether this role sees the processes of autovacuum
 */
export function workersOf(processes: readonly WorkerRow[], visible: boolean, settings: Settings): Workers {
  const number = (name: string): number => Number(settings.get(name) ?? NaN);
  const inherited = (own: string, general: string): number =>
    number(own) < 0 ? number(general) : number(own);
  const delay = inherited('autovacuum_vacuum_cost_delay', 'vacuum_cost_delay');
  const limit = inherited('autovacuum_vacuum_cost_limit', 'vacuum_cost_limit');
  const throughput = (cost: number): number | null =>
    delay > 0 && cost > 0 ? Math.round(((limit / cost) * number('block_size') * 1000) / delay) : null;
  const slots = settings.get('autovacuum_worker_slots');
  const max = Math.min(number('autovacuum_max_workers'), slots === undefined ? Infinity : Number(slots));
  const running = processes.filter(({ backend_type }) => backend_type === 'autovacuum worker').length;
  return {
    running: visible ? running : null,
    max,
    saturated: visible ? running >= max : null,
    launcher_running: visible
      ? processes.some(({ backend_type }) => backend_type === 'autovacuum launcher')
      : null,
    naptime_ms: number('autovacuum_naptime') * 1000,
    cost_delay_ms: delay,
    cost_limit: limit,
    max_read_bytes_per_s: throughput(number('vacuum_cost_page_miss')),
    max_dirty_bytes_per_s: throughput(number('vacuum_cost_page_dirty')),
  };
}

/** What is wrong with autovacuum as a whole. */
export function serverIssues(workers: Workers, settings: Settings): ServerIssue[] {
  const issues: ServerIssue[] = [];
  const reload = 'SELECT pg_reload_conf();';
  if (!isOn(settings.get('autovacuum') ?? 'on')) {
    issues.push({
      code: 'autovacuum_off',
      message: 'autovacuum is off: nothing is vacuumed or analyzed but against wraparound',
      remedy: ['ALTER SYSTEM RESET autovacuum;', reload],
    });
  }
  if (!isOn(settings.get('track_counts') ?? 'on')) {
    issues.push({
      code: 'track_counts_off',
      message: 'track_counts is off: autovacuum does not know what to do, and neither does pgdba',
      remedy: ['ALTER SYSTEM RESET track_counts;', reload],
    });
  }
  if (workers.saturated === true) {
    issues.push({
      code: 'workers_saturated',
      message: `all ${String(workers.max)} autovacuum workers are busy: other tables wait for their turn`,
      remedy: [],
    });
  }
  return issues;
}
