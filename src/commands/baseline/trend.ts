import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { trendForPeople } from '../../baseline/trend/forPeople.js';
import { baselineStoreOf, usableBaselines } from '../../baselineStores.js';
import { connectionFlags, countFlag, durationFlag, storeFlags } from '../../flags.js';
import type { Outcome } from '../../run.js';
import { answerTrend } from '../../trending.js';

export class BaselineTrend extends PgdbaCommand {
  static override summary =
    'Follow numbers through the baselines: where they go, and when they meet their limit.';
  static override description =
    'Without --metric: the few series that changed most. Rates are those between one baseline and the next, null where a ' +
    'reset, restart, failover or upgrade came between. The line is a Theil–Sen line with the 95 % interval of its slope; ' +
    'a forecast is made of seven values or more, and only where that interval does not hold 0. docs/metrics.md lists the ' +
    'metrics, docs/baseline-trend.md says how it is reckoned.';
  static override examples = [
    'pgdba baseline trend --name prod',
    'pgdba baseline trend --name prod --metric tables.size_bytes --object public.orders --since 30d',
    'pgdba baseline trend --name prod --metric used_ratio --fields series.object,series.forecast',
  ];
  static override flags = {
    metric: Flags.string({
      summary: 'Only this number, e.g. size_bytes or tables.size_bytes.',
      helpValue: '<name>',
    }),
    object: Flags.string({
      summary: 'Only this table, index, query, slot …, written as SQL does, or its last name alone.',
      helpValue: '<name>',
    }),
    section: Flags.string({
      summary: 'Only metrics of this section of the baseline.',
      helpValue: '<section>',
    }),
    since: durationFlag({ summary: 'Only baselines of the time up to now, e.g. 30d.' }),
    limit: countFlag({ summary: 'Series; 0 = all. 100 unless given, 10 without --metric.' }),
    ...storeFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(BaselineTrend);
    const run = this.invocation;
    const store = await baselineStoreOf(run, flags);
    const stored = await usableBaselines(run, store);
    const data = await answerTrend(run, store, stored, {
      metric: flags.metric ?? null,
      object: flags.object ?? null,
      section: flags.section ?? null,
      sinceMs: flags.since ?? null,
      limit: flags.limit ?? null,
    });
    return { data, forPeople: trendForPeople(data) };
  }
}
