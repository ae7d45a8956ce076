import type { Baseline, BaselineMoment } from '../document.js';
import type { BaselineDiff } from '../diffData.js';
import { rowKey } from '../../inspect/delta.js';
import type { Section } from '../../inspect/section.js';
import type { Sample } from '../../inspect/snapshot.js';
import { GROUPS, sectionsOfGroup, type Group } from '../groups.js';
import { isOtherCluster } from './otherCluster.js';

type Event = BaselineDiff['events'][number];

/** What happened to the server between two baselines, as the server itself tells it; no clocks are compared. Pure. */
export function eventsBetween(before: Baseline, after: Baseline): Event[] {
  const [a, b] = [before.cluster, after.cluster];
  if (isOtherCluster(identified(before), identified(after))) {
    return [
      event(
        'other_cluster',
        [before.moment.system_identifier ?? a.fingerprint, after.moment.system_identifier ?? b.fingerprint],
        'they are of different clusters: only what there is can be compared, no counter',
      ),
    ];
  }
  return [
    ...differing(a.database, b.database, (pair) =>
      event(
        'other_database',
        pair,
        'they were taken from different databases: their tables, indexes and extensions are not compared',
      ),
    ),
    ...momentEvents(before.moment, after.moment),
    ...resets(before, after),
  ];
}

function identified({ moment, cluster: { fingerprint } }: Baseline): Parameters<typeof isOtherCluster>[0] {
  return { moment, fingerprint };
}

function momentEvents(a: BaselineMoment, b: BaselineMoment): Event[] {
  const role = ({ in_recovery }: BaselineMoment): string => (in_recovery ? 'standby' : 'primary');
  const named = ({ timeline, ...moment }: BaselineMoment): string =>
    `${role({ timeline, ...moment })} on timeline ${String(timeline ?? '?')}`;
  const moved = a.timeline !== b.timeline || a.in_recovery !== b.in_recovery;
  return [
    ...(moved
      ? [
          event(
            'failover',
            [named(a), named(b)],
            'another role or timeline answered: a failover, or another server',
          ),
        ]
      : []),
    ...differing(a.started_at, b.started_at, (pair) =>
      event('restarted', pair, 'the server was started anew: what its counters did in between is not known'),
    ),
    ...differing(String(a.server_version_num), String(b.server_version_num), (pair) =>
      event('upgraded', pair, 'the server runs another version of PostgreSQL'),
    ),
    ...Object.entries(a.extensions).flatMap(([name, version]) =>
      differing(version, b.extensions[name] ?? version, (pair) => ({
        ...event('extension_upgraded', pair, `the extension ${name} has another version`),
        subject: name,
      })),
    ),
  ];
}

/** One event for all views whose counters were reset at the same time. */
function resets(before: Baseline, after: Baseline): Event[] {
  const times = new Map<string, string[]>();
  for (const [view, pair] of resetTimes(before, after)) {
    const at = JSON.stringify(pair);
    times.set(at, [...(times.get(at) ?? []), view]);
  }
  return [...times].map(([at, views]) => ({
    ...event(
      'reset',
      JSON.parse(at) as [string | null, string],
      `statistics were reset: counters of ${views.join(', ')} are void`,
    ),
    subject: views.join(', '),
  }));
}

function* resetTimes(before: Baseline, after: Baseline): Generator<[string, [string | null, string]]> {
  for (const group of GROUPS) {
    for (const section of sectionsOfGroup(group)) {
      const was = newest(before, group, section);
      const is = newest(after, group, section);
      const found =
        was === null || is === null ? null : resetOf(section, was, is, after.moment.server_version_num);
      if (found !== null) yield [section.id, found];
    }
  }
}

function newest(baseline: Baseline, group: Group, { id }: Section): Sample | null {
  const found = baseline.sections[group];
  const sample = found?.sample2?.[id] ?? found?.sample1[id];
  return sample === undefined || sample.sampled_at === null ? null : sample;
}

/**
 * The reset of the first row that was reset and is in both. Rows have their own, and a new one (a database) began with
 * one, so that the latest of all proves nothing but where no row is in both: then all were thrown out.
 */
function resetOf(section: Section, was: Sample, is: Sample, version: number): [string | null, string] | null {
  const { resetAt } = section;
  // What counted nothing has nothing to lose.
  if (resetAt === undefined || was.rows.length === 0) return null;
  const keyOf = rowKey(section);
  const earlier = new Map(was.rows.map((row) => [keyOf(row), row]));
  const common = is.rows.flatMap((row) => {
    const old = earlier.get(keyOf(row));
    return old === undefined ? [] : [[old[resetAt], row[resetAt]] as const];
  });
  const pairs = common.length > 0 ? common : [[was.stats_reset, is.stats_reset] as const];
  const found = pairs.find(([a, b]) => isLater(a, b, version));
  return found === undefined ? null : (found as [string | null, string]);
}

/** Up to 14 a database gets a time with its first activity; since 15 none that was never reset has one. */
function isLater(before: unknown, after: unknown, version: number): boolean {
  if (typeof after !== 'string') return false;
  return typeof before === 'string' ? Date.parse(after) > Date.parse(before) : version >= 150_000;
}

function differing<T>(a: T, b: T, make: (pair: [T, T]) => Event): Event[] {
  return a === b ? [] : [make([a, b])];
}

function event(
  kind: Event['kind'],
  [before, after]: readonly [string | null, string | null],
  message: string,
): Event {
  return { kind, subject: null, before, after, message };
}
