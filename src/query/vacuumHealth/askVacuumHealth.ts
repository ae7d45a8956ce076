import type { Sample, Samples } from '../../inspect/inspect.js';
import type { Row, Section } from '../../inspect/section.js';
import { pgStatProgressVacuum } from '../../inspect/sections/pg_stat_progress_vacuum.js';
import type { SectionResult } from '../../inspect/snapshot.js';
import { essential, type Answers } from '../ask.js';
import { limitationOf } from '../limitation.js';
import type { Earlier } from './rates.js';
import { vacuumAnswer } from './vacuumAnswer.js';
import type { VacuumHealth } from './vacuumData.js';
import { vacuumHolders, type HolderRow } from './holdersQuestion.js';
import { vacuumTables, type TableStat } from './tablesQuestion.js';
import {
  vacuumDatabases,
  vacuumSettings,
  vacuumWorkers,
  type DatabaseStat,
  type SettingRow,
  type WorkerRow,
} from './vacuumQuestions.js';

/** What `query vacuum-health` asks, in one round trip. */
export const VACUUM_QUESTIONS = [
  vacuumTables,
  vacuumSettings,
  vacuumDatabases,
  vacuumWorkers,
  vacuumHolders,
  pgStatProgressVacuum,
];

/** The answer from one look at the server, or two. @throws PgdbaError when what it cannot do without was not read */
export function askVacuumHealth({ first, second }: Samples, limit: number): VacuumHealth {
  const latest = second ?? first;
  const { facts } = latest.server;
  const answers = answersOf(latest);
  for (const question of [vacuumTables, vacuumSettings, vacuumDatabases]) essential(answers, question);
  return vacuumAnswer(
    {
      tables: rowsOf(latest, vacuumTables) as unknown as TableStat[],
      settings: rowsOf(latest, vacuumSettings) as unknown as SettingRow[],
      databases: rowsOf(latest, vacuumDatabases) as unknown as DatabaseStat[],
      workers: rowsOf(latest, vacuumWorkers) as unknown as WorkerRow[],
      holders: rowsOf(latest, vacuumHolders) as unknown as HolderRow[],
      progress: rowsOf(latest, pgStatProgressVacuum),
    },
    answers.limitations,
    {
      major: facts.major,
      database: facts.database,
      inRecovery: facts.inRecovery,
      seesProcesses: facts.superuser || facts.memberships['pg_read_all_stats'] === true,
      limit,
      earlier: second === null ? null : earlierOf(first, second),
    },
  );
}

function rowsOf(sample: Sample, question: Section): readonly Row[] {
  return answersOf(sample).of(question).rows;
}

function answersOf({ sections }: Sample): Answers {
  const of = ({ id }: Section): SectionResult => {
    const result = sections[id];
    if (result === undefined) throw new Error(`${id} was not asked`);
    return result;
  };
  return {
    of,
    limitations: Object.entries(sections).flatMap(([id, result]) => limitationOf(id, result) ?? []),
  };
}

function earlierOf(first: Sample, second: Sample): Earlier {
  const at = ({ sections }: Sample): number => Date.parse(sections[vacuumDatabases.id]?.sampled_at ?? '');
  return {
    databases: rowsOf(first, vacuumDatabases) as unknown as DatabaseStat[],
    tables: rowsOf(first, vacuumTables) as unknown as TableStat[],
    intervalMs: at(second) - at(first),
  };
}
