import { narrowed } from './decode.js';
import { unread } from './collect.js';
import { computeRates, elapsedBetween, rowKey, type Moment } from './delta.js';
import type { Sample as ServerSample, Samples } from './inspect.js';
import { prerequisites } from './prerequisites.js';
import type { Row, Section } from './section.js';
import type { Sample, SectionResult, SectionResults } from './snapshot.js';

interface AssembleInput {
  readonly sections: readonly Section[];
  readonly excluded: readonly Section[];
  readonly intervalMs: number | null;
}

/** `inspect`'s data, in the shape of inspectSchema(), from the samples. Pure. */
export function assembleSnapshot({ first, second }: Samples, input: AssembleInput): Record<string, unknown> {
  const newest = second ?? first;
  const { facts, session } = newest.server;
  const results = input.intervalMs === null ? first.sections : deltaResults(input.sections, first, second);
  return {
    mode: input.intervalMs === null ? 'instant' : 'delta',
    collected_at: first.server.collectedAt,
    interval_ms: input.intervalMs,
    session: {
      role: facts.role,
      superuser: facts.superuser,
      backend_pid: facts.backendPid,
      pooled: session.pooled,
      read_only: facts.settings['transaction_read_only'] === 'on',
      statement_timeout_ms: Number(facts.settings['statement_timeout']),
      lock_timeout_ms: Number(facts.settings['lock_timeout']),
      statistics_snapshot: newest.server.snapshot.sharedStatistics,
    },
    databases: newest.databases.map(({ database, status, message }) => ({ database, status, message })),
    prerequisites: prerequisites(input.sections, facts),
    sections: {
      ...narrowedResults(results),
      ...Object.fromEntries(input.excluded.map((section) => [section.id, excludedResult(section)])),
    },
  };
}

function excludedResult(section: Section): SectionResult {
  return unread(section, 'skipped', 'section_excluded', '--exclude names it');
}

/** The second sample's results with both samples and the rates between them. */
function deltaResults(
  sections: readonly Section[],
  first: ServerSample,
  second: ServerSample | null,
): SectionResults {
  return Object.fromEntries(
    sections.flatMap((section) => {
      const before = first.sections[section.id];
      const after = second?.sections[section.id];
      if (before === undefined) return [];
      if (second === null || after === undefined)
        return [[section.id, { ...before, sample1: sampleOf(before) }]];
      const moments = [momentOf(section, first), momentOf(section, second)] as const;
      const computed = computeRates(
        section,
        before,
        after,
        moments,
        elapsedByDatabase(section, first, second),
      );
      const sample1 = sampleOf(before, keptRows(section, before.rows, after.rows));
      return [[section.id, { ...after, sample1, sample2: sampleOf(after), computed }]];
    }),
  );
}

/** With --all-databases each database is read when its turn comes: the time between its two reads is its own. */
function elapsedByDatabase(
  { id, scope }: Section,
  first: ServerSample,
  second: ServerSample,
): ReadonlyMap<string, number | null> {
  if (scope !== 'database') return new Map();
  const sampledAt = ({ server, sections, databases }: ServerSample): Map<string, string | null> =>
    new Map([
      ...databases.map((one) => [one.database, one.sections[id]?.sampled_at ?? null] as const),
      [server.facts.database, sections[id]?.sampled_at ?? null],
    ]);
  const before = sampledAt(first);
  return new Map(
    [...sampledAt(second)].map(([database, at]) => [
      database,
      elapsedBetween(before.get(database) ?? null, at),
    ]),
  );
}

/** Of the first sample, which is read without a limit, the rows that the second one shows. */
function keptRows(section: Section, before: readonly Row[], after: readonly Row[]): Row[] {
  const keyOf = rowKey(section);
  const shown = new Set(after.map(keyOf));
  return before.filter((row) => shown.has(keyOf(row)));
}

function sampleOf({ sampled_at, stats_reset, rows }: SectionResult, kept: Row[] = rows): Sample {
  return { sampled_at, stats_reset, rows: kept };
}

/** What tells a restart, a failover or an upgrade of the section's extension between two samples. */
export function momentOf(
  section: Pick<Section, 'versionedBy'>,
  { server, identity }: Pick<ServerSample, 'server' | 'identity'>,
): Moment {
  const extension = server.facts.extensions[section.versionedBy?.extension ?? ''];
  return {
    startedAt: server.facts.startedAt,
    systemIdentifier: identity.inputs.system_identifier,
    timeline: identity.timeline,
    inRecovery: server.facts.inRecovery,
    extensionVersion: extension?.version ?? null,
  };
}

function narrowedResults(results: SectionResults): SectionResults {
  return Object.fromEntries(
    Object.entries(results).map(([id, result]) => [
      id,
      {
        ...result,
        rows: result.rows.map(narrowed),
        ...(result.sample1 === undefined ? {} : { sample1: narrowedSample(result.sample1) }),
        ...(result.sample2 === undefined ? {} : { sample2: narrowedSample(result.sample2) }),
      },
    ]),
  );
}

function narrowedSample(sample: Sample): Sample {
  return { ...sample, rows: sample.rows.map(narrowed) };
}
