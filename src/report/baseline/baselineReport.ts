import type { Baseline } from '../../baseline/document.js';
import type { BaselineDiff, Change } from '../../baseline/diffData.js';
import type { TrendSeries } from '../../baseline/trendData.js';
import { debtOf, type Debt } from './debt.js';
import type { Compared } from './compared.js';
import {
  findingsOf,
  indexIssuesOf,
  recommendationsOf,
  type ReportFinding,
  type ReportIndexIssue,
  type ReportRecommendation,
} from './findings.js';
import { lockPictureOf, type LockPicture } from './forest.js';
import { limitsOf, type LimitDistance } from './limits.js';
import { rankingOf, type QueryRanking, type QueryRates } from './queries.js';
import { relationsOf, type RelationSize } from './relations.js';
import { unseenOf, type Unseen } from './unseen.js';

/** What a report is made from. */
export interface ReportInput {
  /** Null with one baseline only. */
  readonly before: Baseline | null;
  readonly after: Baseline;
  /** Null exactly when `before` is. */
  readonly diff: BaselineDiff | null;
  /** Of what grew or changed most, over all stored baselines up to `after`. */
  readonly series: readonly TrendSeries[];
  /** Of pg_stat_statements between the two, or between the two samples of one. */
  readonly queryRates: QueryRates | null;
  /** Which server it is about, as people call it. */
  readonly server: string;
  /** Version of pgdba. */
  readonly version: string;
  /** What went wrong on the way, such as a broken file that was skipped. */
  readonly notes: readonly string[];
}

/** One of the two baselines. */
export type ReportSide = Pick<
  Baseline,
  'id' | 'label' | 'collected_at' | 'mode' | 'redacted' | 'cluster' | 'moment'
>;

/** All that a report says, whatever it is written in. */
export interface BaselineReport extends Pick<
  ReportInput,
  'diff' | 'series' | 'server' | 'version' | 'notes'
> {
  /** Null with one baseline only. */
  readonly before: ReportSide | null;
  readonly after: ReportSide;
  readonly regressions: readonly Change[];
  readonly queries: QueryRanking | null;
  readonly findings: Compared<ReportFinding> | null;
  readonly indexIssues: Compared<ReportIndexIssue> | null;
  readonly recommendations: Compared<ReportRecommendation> | null;
  readonly relations: readonly RelationSize[];
  readonly limits: readonly LimitDistance[];
  readonly debt: Debt;
  readonly locks: LockPicture | null;
  readonly unseen: readonly Unseen[];
}

/** Reads all that a report says out of the baselines and what was made of them. Pure. */
export function baselineReport(input: ReportInput): BaselineReport {
  const { before, after, diff, series, queryRates, ...told } = input;
  return {
    ...told,
    before: before && sideOf(before),
    after: sideOf(after),
    diff,
    series,
    regressions: diff?.changes.filter(({ regression }) => regression) ?? [],
    queries: rankingOf(after, queryRates),
    findings: findingsOf(before, after, diff),
    indexIssues: indexIssuesOf(before, after),
    recommendations: recommendationsOf(before, after),
    relations: relationsOf(before, after),
    limits: limitsOf(after, diff, series),
    debt: debtOf(before, after),
    locks: lockPictureOf(after),
    unseen: unseenOf(before, after, diff),
  };
}

function sideOf({ id, label, collected_at, mode, redacted, cluster, moment }: Baseline): ReportSide {
  return { id, label, collected_at, mode, redacted, cluster, moment };
}
