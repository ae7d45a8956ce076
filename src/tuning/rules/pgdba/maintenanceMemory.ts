import type { Rule } from '../../rule.js';
import { agreedSource, pgtuneBytes, pgtuneValue } from '../ofPgtune.js';
import { GB, MB, wholeMegabytes } from '../sizes.js';

/** Until 16 vacuum uses no more; on any version larger values make CREATE INDEX slower as often as faster. */
const MOST_BYTES = GB;
const LEAST_BYTES = 16 * MB;

export const maintenanceWorkMem: Rule = {
  id: 'memory.maintenance_work_mem',
  title: 'A sixteenth of RAM for VACUUM and CREATE INDEX, at most 1GB',
  parameters: ['maintenance_work_mem'],
  reference:
    'https://rhaas.blogspot.com/2019/01/how-much-maintenanceworkmem-do-i-need.html; https://vondra.me: Don’t give Postgres too much memory',
  propose: (situation, chosen) => {
    const ofPgtune = pgtuneBytes(situation, chosen, 'maintenance_work_mem');
    const current = chosen.numberOf('maintenance_work_mem');
    if (ofPgtune === null || current === null) return [];
    const target = Math.min(MOST_BYTES, Math.max(LEAST_BYTES, ofPgtune));
    if (situation.evidence !== null && current >= target) return [];
    const value = wholeMegabytes(target);
    return [
      {
        parameter: 'maintenance_work_mem',
        value,
        confidence: 'high',
        rationale:
          situation.major < 17
            ? 'Few of these run at once. Vacuum remembers 178 million dead rows in 1GB and uses no more of it before PostgreSQL 17.'
            : 'Few of these run at once, and since 17 vacuum needs far less for its list of dead rows; more than 1GB rarely speeds up CREATE INDEX.',
        source: agreedSource(value, pgtuneValue(situation, chosen, 'maintenance_work_mem')),
        evidence: { ram_bytes: situation.host.ramBytes, in_force_bytes: current },
      },
    ];
  },
};

/** All autovacuum workers together may take this share of RAM. */
const VACUUM_RATIO = 1 / 8;
const LEAST_VACUUM_BYTES = 32 * MB;

/** Builds on maintenance_work_mem and autovacuum_max_workers. */
export const autovacuumWorkMem: Rule = {
  id: 'memory.autovacuum_work_mem',
  title: 'Autovacuum workers together take at most an eighth of RAM',
  parameters: ['autovacuum_work_mem'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-AUTOVACUUM-WORK-MEM',
  propose: ({ host }, chosen) => {
    const workers = chosen.numberOf('autovacuum_max_workers');
    const inherited = chosen.numberOf('maintenance_work_mem');
    const current = chosen.numberOf('autovacuum_work_mem') ?? inherited;
    if (host.ramBytes === null || workers === null || workers === 0 || current === null) return [];
    const share = Math.max(LEAST_VACUUM_BYTES, (host.ramBytes * VACUUM_RATIO) / workers);
    if (current <= share) return [];
    return [
      {
        parameter: 'autovacuum_work_mem',
        value: wholeMegabytes(share),
        confidence: 'medium',
        rationale:
          'Every worker may take as much as this, maintenance_work_mem unless it is set: together they would pass an eighth of RAM.',
        source: 'pgdba',
        evidence: { ram_bytes: host.ramBytes, workers, in_force_bytes: current },
      },
    ];
  },
};
