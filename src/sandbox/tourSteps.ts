import type { Expectation, PlantedFault } from './plantedFaults.js';
import {
  list,
  object,
  tellApplied,
  tellBaseline,
  tellBloat,
  tellChanges,
  tellCheck,
  tellDiff,
  tellDoctor,
  tellIndexHealth,
  tellInspect,
  tellLocks,
  tellPlan,
  tellPlanned,
  tellRates,
  tellSuggestions,
  tellTop,
  tellVacuumHealth,
  type TourData,
} from './tourTold.js';

export interface TourStep {
  readonly words: (places: {
    readonly dsn: string;
    readonly bareDsn: string;
    /** Where a report may be written; it goes with the demo. */
    readonly report: string;
  }) => readonly string[];
  /** What the command reads from stdin. */
  readonly input?: string;
  /** What the command is for, for people. */
  readonly about: string;
  /** What it found, a line each. */
  readonly tell: (data: TourData) => string[];
  readonly looksForFaults?: true;
}

/** There is an index on email, and it is of no use here. */
const LOWERED = "SELECT * FROM shop.customers WHERE lower(email) = 'nobody@example.org'";

/** The tour, in order. A new command joins it with one entry. */
export const TOUR_STEPS: readonly TourStep[] = [
  {
    words: ({ dsn }) => ['cluster', 'add', 'demo', '--dsn', dsn],
    about: 'gives the server a name',
    tell: () => ['From here on --name demo is enough.'],
  },
  {
    words: () => ['cluster', 'check', 'demo'],
    about: 'asks whether it is reachable, and still the same',
    tell: () => ['It is.'],
  },
  {
    words: () => ['doctor', '--name', 'demo'],
    about: 'says what this role on this server can and cannot see',
    tell: tellDoctor,
  },
  {
    words: ({ bareDsn }) => ['doctor', '--dsn', bareDsn],
    about: 'says the same for the shop’s own role, which was granted nothing',
    tell: tellDoctor,
  },
  {
    words: () => ['inspect', '--name', 'demo'],
    about: 'takes one snapshot of everything',
    tell: tellInspect,
    looksForFaults: true,
  },
  {
    words: () => ['baseline', '--name', 'demo', '--label', 'before', '--quiet'],
    about: 'keeps what the server shows now, to be compared later',
    tell: tellBaseline,
  },
  {
    words: () => [
      'inspect',
      '--name',
      'demo',
      '--sections',
      'pg_stat_database',
      '--delta',
      '--interval',
      '2s',
    ],
    about: 'looks twice and tells rates',
    tell: tellRates,
  },
  {
    words: () => ['query', 'top', '--name', 'demo', '--database', 'shop', '--limit', '3'],
    about: 'ranks the shop’s statements by what they cost',
    tell: tellTop,
  },
  {
    words: () => ['query', 'locks', '--name', 'demo'],
    about: 'names whom the blocked sessions wait for in the end',
    tell: tellLocks,
  },
  {
    words: () => ['query', 'vacuum-health', '--name', 'demo'],
    about: 'finds the tables that vacuum neglects, and who holds it back',
    tell: tellVacuumHealth,
  },
  {
    words: () => ['query', 'bloat', '--name', 'demo', '--limit', '3'],
    about: 'estimates which tables and indexes are larger than what is in them',
    tell: tellBloat,
  },
  {
    words: () => ['query', 'index-health', '--name', 'demo', '--issues', 'invalid,duplicate,unused'],
    about: 'finds indexes that cost and do nothing',
    tell: tellIndexHealth,
  },
  {
    words: () => ['check', '--name', 'demo'],
    about: 'runs its rules over a snapshot, and says what to do',
    tell: tellCheck,
  },
  {
    words: () => ['config', 'diff', '--name', 'demo', '--workload', 'oltp'],
    about: 'compares the settings with what it would recommend, and says why',
    tell: tellDiff,
  },
  {
    words: () => ['config', 'tune', '--name', 'demo', '--workload', 'oltp', '--apply', '--dry-run'],
    about: 'plans the change to the last statement, and does nothing yet',
    tell: tellPlan,
  },
  {
    words: () => ['query', 'analyze', '--name', 'demo', '--sql', LOWERED, '--analyze'],
    about: 'executes a statement that only reads, and says what is wrong with its plan',
    tell: tellPlanned,
  },
  {
    words: () => ['query', 'index-suggest', '--name', 'demo'],
    about: 'says which indexes the shop’s workload lacks, and builds none',
    tell: tellSuggestions,
  },
  {
    words: () => ['config', 'apply', '--name', 'demo', '--file', '-'],
    input: JSON.stringify({ parameters: [{ name: 'work_mem', new_value: '16MB' }] }),
    about: 'changes one setting: locked, journalled, verified, and reversible',
    tell: tellApplied,
  },
  {
    words: () => ['baseline', '--name', 'demo', '--label', 'after', '--quiet'],
    about: 'keeps what the server shows after that',
    tell: tellBaseline,
  },
  {
    words: () => ['baseline', 'diff', '--name', 'demo', '--before', 'before', '--after', 'after'],
    about: 'says what changed between the two, and by whom',
    tell: tellChanges,
  },
  {
    words: ({ report }) => ['baseline', 'report', '--name', 'demo', '--out', report],
    about: 'writes the same as one HTML file for a ticket',
    tell: (data) => [`${String(data['bytes'])} bytes of HTML in ${String(data['path'])}`],
  },
  {
    words: () => ['schema', 'errors'],
    about: 'prints every error code with its exit code, for scripts',
    tell: (data) => [`${String(list(data['errors']).length)} error codes.`],
  },
];

/** The planted faults of which a DiagSnapshot holds the row that shows them. */
export function faultsSeen(data: TourData, faults: readonly PlantedFault[]): PlantedFault[] {
  const sections = object(data['sections']);
  return faults.filter(({ shown }) => {
    if (shown === null) return false;
    return list(object(sections[shown.section])['rows']).some((row) => fits(row, shown.row));
  });
}

function fits(row: TourData, expected: Readonly<Record<string, Expectation>>): boolean {
  return Object.entries(expected).every(([column, wanted]) =>
    typeof wanted === 'function' ? wanted(row[column]) : row[column] === wanted,
  );
}
