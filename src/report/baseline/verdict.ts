import type { BaselineReport } from './baselineReport.js';
import { countText, sentence } from './quantity.js';

export interface Tile {
  readonly count: number;
  readonly what: string;
  readonly level?: 'bad' | 'warn' | 'good';
}

/** What came of it. */
export interface VerdictText {
  readonly level: 'bad' | 'warn' | 'good' | 'none';
  readonly sentence: string;
  /** What the figures rest on, and what they do not. */
  readonly notes: readonly string[];
  readonly tiles: readonly Tile[];
}

/** The verdict of a report: the worst first, in one sentence. Pure. */
export function verdictOf(report: BaselineReport): VerdictText {
  return report.diff === null ? ofOne(report) : ofTwo(report, report.diff);
}

function ofTwo(report: BaselineReport, diff: NonNullable<BaselineReport['diff']>): VerdictText {
  const { findings } = report;
  const [added, gone] = [findings?.new?.length ?? 0, findings?.gone?.length ?? 0];
  const { regressions, unusual } = diff.summary;
  const settings = diff.changes.filter(({ section }) => section === 'config').length;
  const parts = [
    regressionsOf(report, regressions),
    ...(added === 0 ? [] : [countText(added, 'new finding')]),
    ...(gone === 0 ? [] : [`${countText(gone, 'finding')} gone`]),
    ...(settings === 0 ? [] : [`${countText(settings, 'setting')} changed`]),
    ...eventsOf(diff),
  ];
  return {
    level: regressions > 0 ? 'bad' : added > 0 || diff.events.length > 0 ? 'warn' : 'good',
    sentence: `${parts.join(', ')}.${diff.changes.length === 0 ? ' Nothing changed that is worth a line.' : ''}`,
    notes: [diff.basis.message, diff.spread.message].filter((note) => note !== '').map(sentence),
    tiles: [
      { count: regressions, what: regressions === 1 ? 'regression' : 'regressions', level: 'bad' },
      { count: unusual, what: 'outside the usual spread', level: 'warn' },
      { count: added, what: 'findings new', level: 'warn' },
      { count: gone, what: 'findings gone', level: 'good' },
      { count: settings, what: 'settings changed' },
      { count: diff.void.length, what: 'views not comparable', level: 'warn' },
    ],
  };
}

/** New findings that are bad enough are regressions, too. */
function regressionsOf({ regressions: all }: BaselineReport, count: number): string {
  if (count === 0) return 'No regression';
  const found = all.filter(({ section }) => section === 'findings').length;
  return `${countText(count, 'regression')}${found === 0 ? '' : ` (${String(found)} of them findings)`}`;
}

/** `1 restart`, `2 resets of statistics`, by kind. */
function eventsOf({ events }: NonNullable<BaselineReport['diff']>): readonly string[] {
  const kinds = [...new Set(events.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const [one, many] = EVENT_NAMES[kind];
    return countText(events.filter((event) => event.kind === kind).length, one, many);
  });
}

const EVENT_NAMES = {
  other_cluster: ['other cluster', 'other clusters'],
  other_database: ['other database', 'other databases'],
  failover: ['failover', 'failovers'],
  restarted: ['restart', 'restarts'],
  upgraded: ['upgrade', 'upgrades'],
  extension_upgraded: ['extension upgraded', 'extensions upgraded'],
  reset: ['reset of statistics', 'resets of statistics'],
} as const;

function ofOne({ findings, unseen, locks }: BaselineReport): VerdictText {
  const all = findings?.still ?? [];
  const worst = (severity: string): number => all.filter((finding) => finding.severity === severity).length;
  const [critical, warning] = [worst('critical'), worst('warning')];
  const told =
    findings === null
      ? 'The check was not run.'
      : `${countText(all.length, 'finding')}: ${String(critical)} critical, ${String(warning)} ${warning === 1 ? 'warning' : 'warnings'}.`;
  return {
    level: critical > 0 ? 'bad' : warning > 0 ? 'warn' : 'none',
    sentence: `One baseline only, so there is nothing to compare with. ${told}`,
    notes: ['The next baseline of this cluster will tell what changed since.'],
    tiles: [
      { count: critical, what: 'critical findings', level: 'bad' },
      { count: warning, what: 'warnings', level: 'warn' },
      { count: locks?.waiting ?? 0, what: 'sessions waiting for locks', level: 'warn' },
      { count: unseen.length, what: 'things not seen' },
    ],
  };
}
