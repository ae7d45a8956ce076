import type { Evidence } from '../../evidence.js';
import type { Chosen, Rule } from '../../rule.js';
import type { Situation } from '../../situation.js';
import { unobserved } from '../grounds.js';
import { inForce } from '../inForce.js';
import { likelyConnections } from '../likelyConnections.js';
import { GB, MB, wholeMegabytes } from '../sizes.js';

/** One file a minute, or a gigabyte an hour: below that spilling costs nobody anything. */
const LEAST_FILES_PER_HOUR = 60;
const LEAST_BYTES_PER_HOUR = GB;

/**
 * Rows take more room in memory than in a temporary file: between 1.2 times (rows of 250 bytes, PostgreSQL 15 and later)
 * and 5.6 times (single integers, 12), as sorts of 200,000 rows showed on every major.
 */
const MEMORY_PER_FILE_BYTE = 3;
const MOST_BYTES = GB;
/** Of the RAM beside shared_buffers; the rest is for the kernel's cache, which temporary files live in, too. */
const OF_FREE_RAM_RATIO = 0.5;
/** Sessions at work that are reckoned with: three times those seen, ten at least. */
const ABOVE_WHAT_WAS_SEEN = 3;
const LEAST_ACTIVE = 10;
const WORTH_IT_RATIO = 1.05;

/** Raises work_mem to what the temporary files would have needed, as far as memory goes. Builds on shared_buffers. */
export const measuredWorkMem: Rule = {
  id: 'measured.work_mem',
  title: 'Memory for the sorts and hashes that spill to disk',
  parameters: ['work_mem'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM',
  propose: (situation, chosen) => {
    const { evidence } = situation;
    const before = inForce(situation, 'work_mem');
    const most = ceiling(situation, chosen);
    const current = Math.max(chosen.numberOf('work_mem') ?? 0, before ?? 0);
    if (evidence === null || before === null || most === null || !isSpilling(situation, evidence)) return [];
    const wanted = wantedBytes(evidence, before);
    const target = Math.min(wanted, most, MOST_BYTES);
    if (target <= current * WORTH_IT_RATIO) return [];
    const enough = target >= wanted;
    return [
      {
        parameter: 'work_mem',
        value: wholeMegabytes(target),
        confidence: enough ? 'medium' : 'low',
        rationale: enough
          ? 'Sorts and hashes spill to temporary files of this average size; with this much they would stay in memory.'
          : 'Sorts and hashes spill to temporary files. Memory does not allow as much as the largest would need: see which queries they are (log_temp_files).',
        source: 'measured',
        evidence: {
          temp_files_per_hour: rounded(evidence.temp_files_per_hour),
          temp_bytes_per_hour: rounded(evidence.temp_bytes_per_hour),
          average_file_bytes: rounded(averageFile(evidence)),
          databases_observed_s: rounded(evidence.databases_observed_s),
          active_peak: evidence.active_peak,
          in_force_bytes: before,
        },
      },
    ];
  },
};

function isSpilling(situation: Situation, evidence: Evidence): boolean {
  if (unobserved(situation, ['databases_observed_s']) !== null) return false;
  const { temp_files_per_hour: files, temp_bytes_per_hour: bytes } = evidence;
  return (files ?? 0) >= LEAST_FILES_PER_HOUR || (bytes ?? 0) >= LEAST_BYTES_PER_HOUR;
}

function averageFile({ temp_files: files, temp_bytes: bytes }: Evidence): number {
  return files === null || bytes === null || files === 0 ? 0 : bytes / files;
}

/**
 * The next power of two MB in which the average file would fit. The files of one hash join are small and many, so that
 * the average may fit already: then twice what is in force is tried.
 */
function wantedBytes(evidence: Evidence, before: number): number {
  const needed = averageFile(evidence) * MEMORY_PER_FILE_BYTE;
  const power = MB * 2 ** Math.ceil(Math.log2(Math.max(1, needed / MB)));
  return Math.max(power, 2 * before);
}

/**
 * What each sort or hash may take with the sessions that are really at work. Where the RAM is not known, all likely
 * connections together get as much as shared_buffers, which the host surely has.
 */
function ceiling(situation: Situation, chosen: Chosen): number | null {
  const buffers = chosen.numberOf('shared_buffers');
  const likely = likelyConnections(situation, chosen);
  if (buffers === null || likely === null) return null;
  const hashes = chosen.numberOf('hash_mem_multiplier') ?? 1;
  const { ramBytes } = situation.host;
  if (ramBytes === null) return buffers / (likely * hashes);
  const seen = situation.evidence?.active_peak ?? null;
  const active = seen === null ? likely : Math.max(LEAST_ACTIVE, Math.ceil(seen * ABOVE_WHAT_WAS_SEEN));
  return ((ramBytes - buffers) * OF_FREE_RAM_RATIO) / (Math.min(active, likely) * hashes);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
