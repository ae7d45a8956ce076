import type { Proposal, Rule } from '../../rule.js';
import { inForce } from '../inForce.js';
import { GB, MB } from '../sizes.js';

const KEPT_BYTES = GB;
const USUAL_SEGMENT_BYTES = 16 * MB;

/** 12 counts segments, 13 and later bytes; a server has one of the two settings. */
export const walKeep: Rule = {
  id: 'replication.wal_keep',
  title: 'Standbys without a slot and without an archive may be away for a moment',
  parameters: ['wal_keep_segments', 'wal_keep_size'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-WAL-KEEP-SIZE',
  propose: (situation, chosen) => {
    const { evidence } = situation;
    const standbys = evidence?.standbys ?? 0;
    const isArchived = chosen.settingOf('archive_mode') !== 'off';
    if (standbys === 0 || evidence?.replication_slots !== 0 || isArchived) return [];
    const segment = inForce(situation, 'wal_segment_size') ?? USUAL_SEGMENT_BYTES;
    const values = [
      { parameter: 'wal_keep_segments', value: String(Math.ceil(KEPT_BYTES / segment)) },
      { parameter: 'wal_keep_size', value: '1GB' },
    ];
    return values
      .filter(({ parameter }) => chosen.settingOf(parameter) === '0')
      .map(({ parameter, value }): Proposal => ({
        ...{ parameter, value },
        confidence: 'low',
        rationale:
          'There are standbys, and neither slots nor an archive: one that is away while the WAL it needs is recycled must be built anew.',
        source: 'pgdba',
        evidence: { standbys, replication_slots: 0 },
      }));
  },
};
