import type { Server } from '../cluster/server.js';
import type { Settings } from '../core/setting/spec.js';
import { collectSections } from '../inspect/collect.js';
import { SECTIONS } from '../inspect/registry.js';
import type { Section } from '../inspect/section.js';
import type { Evidence } from './evidence.js';
import { databaseEvidence } from './evidence/databaseEvidence.js';
import { greatestKnown, type Readings } from './evidence/readings.js';
import { replicationEvidence } from './evidence/replicationEvidence.js';
import { sessionEvidence } from './evidence/sessionEvidence.js';
import { statementEvidence } from './evidence/statementEvidence.js';
import { tableEvidence } from './evidence/tableEvidence.js';
import { walEvidence } from './evidence/walEvidence.js';
import { writerEvidence } from './evidence/writerEvidence.js';

const TABLES = 'pg_stat_user_tables';

const SOURCES = new Set([
  'system',
  'pg_control_checkpoint',
  'pg_database',
  'pg_stat_activity',
  'pg_prepared_xacts',
  'pg_stat_database',
  TABLES,
  'pg_stat_statements_info',
  'pg_stat_bgwriter',
  'pg_stat_checkpointer',
  'pg_stat_wal',
  'pg_ls_waldir',
  'pg_stat_replication',
  'pg_replication_slots',
]);

/**
 * The sections of a snapshot that evidence is taken from. The look at the server must ask for what they need:
 * `meetServer(session, questionsOf(EVIDENCE_SECTIONS), true)`.
 */
export const EVIDENCE_SECTIONS: readonly Section[] = SECTIONS.filter(({ id }) => SOURCES.has(id));

/** Rows of the largest tables that are looked at; smaller ones are vacuumed in no time. */
const MOST_TABLES = 1000;

/**
 * What the server's statistics say, read in its snapshot; one round trip. Never throws for what the server says: what it,
 * or the role, cannot tell is null.
 */
export async function readEvidence(server: Server, settings: Settings): Promise<Evidence> {
  const { snapshot, facts } = server;
  const read = (sections: readonly Section[], limit: number) =>
    collectSections(snapshot, facts, sections, {
      ...{ limit, queryText: false, redactLiterals: true },
      budget: new AbortController().signal,
    });
  const isTables = ({ id }: Section): boolean => id === TABLES;
  const [whole, tables] = await Promise.all([
    read(
      EVIDENCE_SECTIONS.filter((section) => !isTables(section)),
      0,
    ),
    read(EVIDENCE_SECTIONS.filter(isTables), MOST_TABLES),
  ]);
  return evidenceOf(
    {
      sections: { ...whole, ...tables },
      now: Date.parse(facts.now),
      major: facts.major,
      inRecovery: facts.inRecovery,
    },
    facts.database,
    settings,
  );
}

function evidenceOf(readings: Readings, database: string, settings: Settings): Evidence {
  const { active_average, ...databases } = databaseEvidence(readings, database);
  const { active_now, ...sessions } = sessionEvidence(readings);
  return {
    ...walEvidence(readings),
    ...writerEvidence(readings),
    ...databases,
    ...sessions,
    ...statementEvidence(readings),
    ...tableEvidence(readings, settings),
    ...replicationEvidence(readings),
    connections_peak: greatestKnown(sessions.connections_now, databases.connections_average),
    active_peak: greatestKnown(active_now, active_average),
  };
}
