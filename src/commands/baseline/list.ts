import { PgdbaCommand } from '../../base.js';
import { listed, type ListData } from '../../baseline/listData.js';
import { baselineStoreOf, usableBaselines } from '../../baselineStores.js';
import { connectionFlags, limitFlags, storeFlags } from '../../flags.js';
import type { Outcome } from '../../run.js';

export class BaselineList extends PgdbaCommand {
  static override summary = 'List the baselines of a cluster, newest first.';
  static override description =
    'Reads files under $PGDBA_HOME. A server is only asked which cluster it is, and only with --dsn, or a --name whose ' +
    'fingerprint is not known; without any of these the one cluster is meant that has baselines. A file that cannot be ' +
    'read is named and costs no other.';
  static override examples = [
    'pgdba baseline list',
    'pgdba baseline list --name prod --limit 7 --format table --fields baselines.id,baselines.label,baselines.collected_at',
  ];
  static override flags = { ...limitFlags, ...storeFlags, ...connectionFlags };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(BaselineList);
    const run = this.invocation;
    const store = await baselineStoreOf(run, flags);
    const { heads, broken } = await usableBaselines(run, store);
    const total = heads.length;
    const shown = flags.limit === 0 ? total : Math.min(flags.limit, total);
    const data: ListData = {
      fingerprint: store?.fingerprint ?? null,
      baselines: [...heads].reverse().slice(0, shown).map(listed),
      truncated: shown === total ? null : { shown, total },
      unusable: broken.map(({ message }) => message),
      bytes: heads.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    return { data };
  }
}
