import type { Expectation, PlantedFault } from './plantedFaults.js';

/** `data` of another command's envelope, as read from its JSON. */
export type TourData = Readonly<Record<string, unknown>>;

export interface TourStep {
  readonly words: (places: { readonly dsn: string; readonly bareDsn: string }) => readonly string[];
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
    words: () => ['schema', 'errors'],
    about: 'prints every error code with its exit code, for scripts',
    tell: (data) => [`${String(list(data['errors']).length)} error codes.`],
  },
];

function list(value: unknown): readonly TourData[] {
  return Array.isArray(value) ? (value as TourData[]) : [];
}

function object(value: unknown): TourData {
  return typeof value === 'object' && value !== null ? (value as TourData) : {};
}

function countBy(rows: readonly TourData[], column: string): string {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(String(row[column]), (counts.get(String(row[column])) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${String(count)} ${value}`).join(', ');
}

function tellDoctor(data: TourData): string[] {
  const sections = list(data['sections']);
  const remedies = new Set(
    sections
      .flatMap((section) => (section['remedy'] as unknown[] | undefined) ?? [])
      .filter((remedy) => typeof remedy === 'string'),
  );
  const lines = [`Of ${String(sections.length)} sections: ${countBy(sections, 'status')}.`];
  const [first] = remedies;
  if (first !== undefined) lines.push(`The smallest thing that would help: ${first}`);
  return lines;
}

function tellInspect(data: TourData): string[] {
  const sections = Object.values(object(data['sections'])).map(object);
  const rows = sections.reduce((sum, section) => sum + list(section['rows']).length, 0);
  return [
    `${String(sections.length)} sections (${countBy(sections, 'status')}) with ${String(rows)} rows. What was planted and shows there:`,
  ];
}

function tellRates(data: TourData): string[] {
  const section = object(object(data['sections'])['pg_stat_database']);
  const rows = list(object(section['computed'])['rows']);
  const shop = rows.find((row) => row['datname'] === 'shop');
  const rate = shop?.['xact_commit_per_s'];
  return typeof rate === 'number'
    ? [`Database shop commits ${rate.toFixed(1)} transactions per second.`]
    : [];
}

function tellTop(data: TourData): string[] {
  return list(data['statements']).map((statement) => {
    const share = (Number(statement['share_ratio']) * 100).toFixed(0);
    const query = String(statement['query']).replace(/\s+/g, ' ').slice(0, 80);
    return `${share} % of the time in ${String(statement['calls'])} calls: ${query}`;
  });
}

function tellLocks(data: TourData): string[] {
  return list(data['roots']).flatMap((root) => [
    `${String(root['application_name'])} (${String(root['state'])}) blocks ${String(root['victims'])}: ${String(root['query'])}`,
    `What would help: ${String(root['remedy'] ?? root['advice'])}`,
  ]);
}

function tellVacuumHealth(data: TourData): string[] {
  const tables = list(data['tables']).filter((table) => list(table['issues']).length > 0);
  const [holder] = list(data['horizon_holders']);
  const lines = tables.map(
    (table) =>
      `${String(table['schema'])}.${String(table['name'])}: ${(table['issues'] as string[]).join(', ')}`,
  );
  if (holder !== undefined) {
    const name = String(holder['name'] ?? holder['application_name']);
    lines.push(`Held back the furthest by ${String(holder['kind'])} ${name}.`);
  }
  return lines;
}

function tellBloat(data: TourData): string[] {
  const swollen = [...list(data['tables']), ...list(data['indexes'])].filter(
    (row) => list(row['remedy']).length > 0 && typeof row['bloat_bytes'] === 'number',
  );
  return swollen.map((row) => {
    const share = (Number(row['bloat_ratio']) * 100).toFixed(0);
    const remedies = list(row['remedy']).map(({ action }) => String(action));
    const name = `${String(row['schema'])}.${String(row['name'])}`;
    return `${name}: ${share} % of ${String(row['size_bytes'])} bytes is bloat. What would help: ${remedies.join(', ')}`;
  });
}

function tellIndexHealth(data: TourData): string[] {
  return list(data['indexes'])
    .filter(({ ddl }) => typeof ddl === 'string')
    .map((row) => `${String(row['issue'])}: ${String(row['ddl'])}`);
}

function tellCheck(data: TourData): string[] {
  const findings = list(data['findings']).filter((finding) => finding['severity'] !== 'info');
  const { passed } = object(data['summary']);
  return [
    ...findings.map(
      (finding) =>
        `${String(finding['severity'])}: ${String(finding['title'])}: ${String(object(finding['object'])['name'])}`,
    ),
    `${String(passed)} rules saw all they need and found nothing.`,
  ];
}

function tellDiff(data: TourData): string[] {
  const rows = list(data['differences']);
  const cell = (row: TourData, column: string): string => String(row[column]);
  const line = (row: TourData): string =>
    `${cell(row, 'parameter')}: ${cell(row, 'current')} → ${cell(row, 'recommended')}. ${cell(row, 'rationale')}`;
  return [
    `${String(rows.length)} recommendations (${countBy(rows, 'source')}), such as:`,
    ...rows.slice(0, 3).map(line),
  ];
}

function tellPlan(data: TourData): string[] {
  const changeset = object(data['changeset']);
  const steps = list(object(changeset['dry_run_result'])['parameters']);
  const waiting = steps.filter((step) => step['effect'] === 'restart').map((step) => String(step['name']));
  const lines = [`${String(steps.length)} statements, such as ${String(steps[0]?.['sql'])}`];
  return waiting.length === 0
    ? lines
    : [...lines, `Only a restart would put into force: ${waiting.join(', ')}.`];
}

function tellPlanned(data: TourData): string[] {
  const tell = (finding: TourData): string => `${String(finding['code'])}: ${String(finding['advice'])}`;
  return [...String(data['tree']).split('\n'), ...list(data['findings']).map(tell)];
}

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
