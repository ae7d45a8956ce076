import type { Rule } from '../../rule.js';
import { withEvidence } from '../grounds.js';
import { agreedSource, pgtuneValue } from '../ofPgtune.js';
import { GB, wholeMegabytes } from '../sizes.js';
import { parseSize } from '../../../core/units.js';

/** Below this share of the target a restart is worth it; what is nearer was chosen by somebody and is left. */
const NEAR_RATIO = 0.8;
/** Beyond this share of RAM the server may be killed for memory, or not start (facts: the boot guard's limit). */
const MOST_OF_RAM_RATIO = 0.4;
/** A quarter is proven up to here; with more, huge pages matter, and what checkpoints and dropped tables have to scan. */
const PROVEN_BYTES = 64 * GB;

/** Needs max_connections of nobody: it is the first that memory is given to. */
export const sharedBuffers: Rule = {
  id: 'memory.shared_buffers',
  title: 'A quarter of RAM for shared buffers, a sixteenth on a desktop',
  parameters: ['shared_buffers'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS',
  propose: (situation, chosen) => {
    const ofPgtune = pgtuneValue(situation, chosen, 'shared_buffers');
    const { ramBytes } = situation.host;
    const current = chosen.numberOf('shared_buffers');
    if (ofPgtune === null || ramBytes === null || current === null) return [];
    const target = parseSize(ofPgtune);
    const isSensible = current >= NEAR_RATIO * target && current <= MOST_OF_RAM_RATIO * ramBytes;
    if (situation.evidence !== null && isSensible) return [];
    const value = wholeMegabytes(target);
    return [
      {
        parameter: 'shared_buffers',
        value,
        rationale:
          current > MOST_OF_RAM_RATIO * ramBytes
            ? 'More than 40 % of RAM leaves too little for sessions and the kernel’s cache, and risks an out-of-memory kill; a quarter is the proven start.'
            : 'PostgreSQL’s own cache: a quarter of RAM (a sixteenth on a desktop) is the proven start; the kernel caches files with the rest.',
        source: agreedSource(value, ofPgtune),
        ...withEvidence(situation, ['databases_observed_s'], target > PROVEN_BYTES ? 'medium' : 'high', {
          ram_bytes: ramBytes,
          in_force_bytes: current,
          cache_hit_ratio: situation.evidence?.cache_hit_ratio ?? null,
        }),
      },
    ];
  },
};
