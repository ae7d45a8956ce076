/** `data` of another command's envelope, as read from its JSON. */
export type TourData = Readonly<Record<string, unknown>>;

/** A list, whatever stands there. */
export function list(value: unknown): readonly TourData[] {
  return Array.isArray(value) ? (value as TourData[]) : [];
}

/** An object, whatever stands there. */
export function object(value: unknown): TourData {
  return typeof value === 'object' && value !== null ? (value as TourData) : {};
}

function countBy(rows: readonly TourData[], column: string): string {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(String(row[column]), (counts.get(String(row[column])) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${String(count)} ${value}`).join(', ');
}

export function tellDoctor(data: TourData): string[] {
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

export function tellInspect(data: TourData): string[] {
  const sections = Object.values(object(data['sections'])).map(object);
  const rows = sections.reduce((sum, section) => sum + list(section['rows']).length, 0);
  return [
    `${String(sections.length)} sections (${countBy(sections, 'status')}) with ${String(rows)} rows. What was planted and shows there:`,
  ];
}

export function tellRates(data: TourData): string[] {
  const section = object(object(data['sections'])['pg_stat_database']);
  const rows = list(object(section['computed'])['rows']);
  const shop = rows.find((row) => row['datname'] === 'shop');
  const rate = shop?.['xact_commit_per_s'];
  return typeof rate === 'number'
    ? [`Database shop commits ${rate.toFixed(1)} transactions per second.`]
    : [];
}

export function tellTop(data: TourData): string[] {
  return list(data['statements']).map((statement) => {
    const share = (Number(statement['share_ratio']) * 100).toFixed(0);
    const query = String(statement['query']).replace(/\s+/g, ' ').slice(0, 80);
    return `${share} % of the time in ${String(statement['calls'])} calls: ${query}`;
  });
}

export function tellLocks(data: TourData): string[] {
  return list(data['roots']).flatMap((root) => [
    `${String(root['application_name'])} (${String(root['state'])}) blocks ${String(root['victims'])}: ${String(root['query'])}`,
    `What would help: ${String(root['remedy'] ?? root['advice'])}`,
  ]);
}

export function tellVacuumHealth(data: TourData): string[] {
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

export function tellBloat(data: TourData): string[] {
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

export function tellIndexHealth(data: TourData): string[] {
  return list(data['indexes'])
    .filter(({ ddl }) => typeof ddl === 'string')
    .map((row) => `${String(row['issue'])}: ${String(row['ddl'])}`);
}

export function tellCheck(data: TourData): string[] {
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

export function tellDiff(data: TourData): string[] {
  const rows = list(data['differences']);
  const cell = (row: TourData, column: string): string => String(row[column]);
  const line = (row: TourData): string =>
    `${cell(row, 'parameter')}: ${cell(row, 'current')} → ${cell(row, 'recommended')}. ${cell(row, 'rationale')}`;
  return [
    `${String(rows.length)} recommendations (${countBy(rows, 'source')}), such as:`,
    ...rows.slice(0, 3).map(line),
  ];
}

export function tellPlan(data: TourData): string[] {
  const changeset = object(data['changeset']);
  const steps = list(object(changeset['dry_run_result'])['parameters']);
  const waiting = steps.filter((step) => step['effect'] === 'restart').map((step) => String(step['name']));
  const lines = [`${String(steps.length)} statements, such as ${String(steps[0]?.['sql'])}`];
  return waiting.length === 0
    ? lines
    : [...lines, `Only a restart would put into force: ${waiting.join(', ')}.`];
}

export function tellApplied(data: TourData): string[] {
  const { id, status, parameters } = object(data['changeset']);
  const told = list(parameters).map(
    (one) => `${String(one['name'])}: ${String(one['old_value'])} → ${String(one['new_value'])}`,
  );
  return [...told, `${String(status)}; pgdba config rollback --changeset-id ${String(id)} takes it back.`];
}

export function tellBaseline(data: TourData): string[] {
  return [`${String(data['bytes'])} bytes, kept as ${String(data['label'])} (${String(data['id'])}).`];
}

/** The settings that changed, with what changed most of the rest. */
export function tellChanges(data: TourData): string[] {
  const changes = list(data['changes']);
  const settings = changes.filter((change) => change['object_type'] === 'setting' && change['by'] !== null);
  const others = changes.filter((change) => !settings.includes(change)).slice(0, 3);
  const regressions = String(object(data['summary'])['regressions']);
  return [
    `${String(changes.length)} changes, ${regressions} of them regressions, such as:`,
    ...[...settings, ...others].map((change) => String(change['why'])),
  ];
}

export function tellPlanned(data: TourData): string[] {
  const tell = (finding: TourData): string => `${String(finding['code'])}: ${String(finding['advice'])}`;
  return [...String(data['tree']).split('\n'), ...list(data['findings']).map(tell)];
}

export function tellSuggestions(data: TourData): string[] {
  const tell = (one: TourData): string =>
    `${String(one['ddl'])} (${list(one['reasons']).map(String).join(', ')}; cost ${String(one['cost_before'])} → ${String(one['cost_after'])})`;
  return list(data['suggestions']).map(tell);
}
