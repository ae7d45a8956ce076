import { qualified, reindex } from '../bloat/reindex.js';
import type { Surveyed } from '../bloat/survey.js';
import type { IndexRow } from '../bloat/relationRows.js';
import { foreignKeysServed, guardsOf } from './guards.js';
import type { Confidence, IndexFinding, Issue } from './indexHealthData.js';
import { findOverlaps } from './overlaps.js';
import type { Suspect } from './suspect.js';
import { lowered, unusedConfidence, usedElsewhere, type Use } from './unused.js';

/** What indexes are judged by. */
export interface Facts {
  readonly suspects: readonly Suspect[];
  /** Bloat of indexes; empty where nobody asked for it. */
  readonly surveyed: readonly Surveyed<IndexRow>[];
  /** Exact sizes by oid, in bytes, where they could be measured. */
  readonly sizes: ReadonlyMap<number, number>;
  readonly use: Use;
  readonly blockSize: number;
}

/** Less bloat is what any index in use has. */
const BLOATED_RATIO = 0.4;
const BLOATED_BYTES = 256 * 1024;
/** An index so much larger than the one it stands in for makes scans longer. */
const MUCH_LARGER = 2;
const MS_PER_DAY = 86_400_000;

/** All findings: what can be done first, largest first; then what is blocked. */
export function judge(facts: Facts): IndexFinding[] {
  const findings = [
    ...invalid(facts),
    ...overlapping(facts),
    ...unused(facts),
    ...bloated(facts),
    ...unknown(facts),
  ];
  const rank = (finding: IndexFinding): number => (finding.blocked_by.length > 0 ? 1 : 0);
  return findings.sort((a, b) => rank(a) - rank(b) || (b.size_bytes ?? 0) - (a.size_bytes ?? 0));
}

function sizeOf({ sizes, blockSize }: Facts, index: Suspect): number | null {
  if (index.is_partitioned) return null;
  return sizes.get(index.oid) ?? index.relpages * blockSize;
}

interface Drop {
  readonly issue: Issue;
  readonly confidence: Confidence;
  readonly evidence: Record<string, unknown>;
  /** Foreign keys that would lose their index. */
  readonly foreignKeys: readonly string[];
}

/** A finding whose remedy is to drop the index, with what forbids it. */
function dropping(
  facts: Facts,
  index: Suspect,
  { issue, confidence, evidence, foreignKeys }: Drop,
): IndexFinding {
  const served = foreignKeys.map((name) => ({
    blocker: 'foreign_key' as const,
    why: `foreign key ${name} needs it`,
  }));
  const blockers = [...guardsOf(index), ...served];
  const isBlocked = blockers.length > 0;
  const size = sizeOf(facts, index);
  return {
    schema: index.schema,
    table: index.table,
    index: index.name,
    issue,
    size_bytes: size,
    confidence: index.is_clustered ? lowered(confidence) : confidence,
    evidence: {
      ...evidence,
      method: index.method,
      scans: index.scans,
      ...(index.is_clustered ? { is_clustered: true } : {}),
      ...(isBlocked ? { blockers } : {}),
    },
    ddl: isBlocked ? null : dropDdl(index),
    blocked_by: [...new Set(blockers.map(({ blocker }) => blocker))],
    saved: isBlocked ? null : saved(index, size),
  };
}

/** CONCURRENTLY is forbidden for the index of a partitioned table. */
function dropDdl(index: Suspect): string {
  const name = qualified(index.schema, index.name);
  return index.is_partitioned ? `DROP INDEX ${name};` : `DROP INDEX CONCURRENTLY ${name};`;
}

function saved(index: Suspect, size: number | null): IndexFinding['saved'] {
  const { inserts, updates, deletes, stats_reset: since, now } = index;
  if (index.is_partitioned) return { bytes: 0, writes: null, writes_per_day: null, deletes: null };
  const writes = inserts + updates;
  const days = since === null ? 0 : (Date.parse(now) - Date.parse(since)) / MS_PER_DAY;
  const perDay = days > 0 ? Math.round((writes / days) * 10) / 10 : null;
  return { bytes: size ?? 0, writes, writes_per_day: perDay, deletes };
}

/** What REINDEX CONCURRENTLY leaves behind when it fails; numbers tell several apart. */
const LEFTOVER = /_cc(?:new|old)\d*$/;

function invalid(facts: Facts): IndexFinding[] {
  return facts.suspects
    .filter((index) => !index.is_valid && !index.is_changing)
    .map((index) => {
      const kind = index.is_partitioned
        ? 'partitioned'
        : LEFTOVER.test(index.name)
          ? 'leftover'
          : 'unfinished';
      const why = {
        partitioned: 'partitions lack their part of it: create those and attach them, and it becomes valid',
        leftover: 'a REINDEX CONCURRENTLY failed and left it behind',
        unfinished: 'a CREATE or DROP INDEX CONCURRENTLY failed: it is written to, perhaps, and never read',
      }[kind];
      const rebuild = `REINDEX INDEX CONCURRENTLY ${qualified(index.schema, index.name)};`;
      const evidence = { kind, why, ...(kind === 'unfinished' ? { rebuild_ddl: rebuild } : {}) };
      // What is not valid enforces nothing that could be relied on: its uniqueness forbids nothing.
      const idle = { ...index, is_unique: false };
      const finding = dropping(facts, idle, {
        issue: 'invalid',
        confidence: 'high',
        evidence,
        foreignKeys: [],
      });
      return kind === 'partitioned' ? { ...finding, ddl: null, saved: null } : finding;
    });
}

function overlapping(facts: Facts): IndexFinding[] {
  return findOverlaps(facts.suspects, (index) => sizeOf(facts, index) ?? 0).map(({ issue, drop, keep }) => {
    const [mine, kept] = [sizeOf(facts, drop) ?? 0, sizeOf(facts, keep) ?? 0];
    const evidence = { keep: keep.name, keep_size_bytes: kept, keep_scans: keep.scans };
    const confidence = issue === 'redundant' && kept > mine * MUCH_LARGER ? 'medium' : 'high';
    return dropping(facts, drop, { issue, confidence, evidence, foreignKeys: [] });
  });
}

function unused(facts: Facts): IndexFinding[] {
  const { suspects, use } = facts;
  const idle = suspects.filter((index) => index.is_valid && !index.is_changing && isIdle(index, use));
  const ofTable = new Map<number, Suspect[]>();
  for (const index of suspects) {
    const sofar = ofTable.get(index.relid);
    if (sofar === undefined) ofTable.set(index.relid, [index]);
    else sofar.push(index);
  }
  const idleParts = new Map<number, number>();
  for (const { parent } of idle) if (parent !== null) idleParts.set(parent, (idleParts.get(parent) ?? 0) + 1);
  const partsIdle = (index: Suspect): boolean =>
    !index.is_partitioned || (index.parts > 0 && idleParts.get(index.oid) === index.parts);
  return idle.filter(partsIdle).map((index) => {
    const evidence = {
      last_scan: index.last_scan,
      stats_reset: index.stats_reset,
      replicas_asked: use.replicas.length,
      replicas_unseen: use.unseen,
    };
    const foreignKeys = foreignKeysServed(index, ofTable.get(index.relid) ?? []);
    return dropping(facts, index, {
      issue: 'unused',
      confidence: unusedConfidence(index, use),
      evidence,
      foreignKeys,
    });
  });
}

function isIdle(index: Suspect, use: Use): boolean {
  if (usedElsewhere(index.oid, use)) return false;
  if (index.scans === 0) return true;
  return index.last_scan !== null && Date.parse(index.now) - Date.parse(index.last_scan) > use.windowMs;
}

function bloated({ surveyed }: Facts): IndexFinding[] {
  return surveyed.flatMap(({ row, size, bloat, reasons }) => {
    if (bloat === null || bloat < BLOATED_BYTES || bloat < size * BLOATED_RATIO) return [];
    const ratio = Math.round((bloat / size) * 10_000) / 10_000;
    return [
      {
        schema: row.schema,
        table: row.table,
        index: row.name,
        issue: 'bloated' as const,
        size_bytes: size,
        confidence: reasons.length === 0 ? ('high' as const) : ('medium' as const),
        evidence: { bloat_bytes: bloat, bloat_ratio: ratio, reasons: [...reasons] },
        ddl: reindex(row).sql,
        blocked_by: [],
        saved: null,
      },
    ];
  });
}

function unknown(facts: Facts): IndexFinding[] {
  return facts.suspects.flatMap((index) => {
    const what = lacksStatistics(index);
    if (what === null) return [];
    return [
      {
        schema: index.schema,
        table: index.table,
        index: index.name,
        issue: 'never_analyzed' as const,
        size_bytes: sizeOf(facts, index),
        confidence: index.is_readable ? ('high' as const) : ('low' as const),
        evidence: { lacks: what, why: 'the planner guesses how many rows a condition on it finds' },
        ddl: `ANALYZE ${qualified(index.schema, index.table)};`,
        blocked_by: [],
        saved: null,
      },
    ];
  });
}

function lacksStatistics(index: Suspect): 'table' | 'expressions' | null {
  const hasRows = index.live_rows > 0 || index.table_rows > 0 || index.table_pages > 0;
  if (!hasRows || index.is_partitioned || index.is_of_partitioned || !index.is_valid) return null;
  if (index.analyses === 0 && index.has_table_statistics !== true) return 'table';
  return index.has_expression_statistics === false ? 'expressions' : null;
}
