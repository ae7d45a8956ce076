import * as Args from '@oclif/core/args';
import { PgdbaCommand } from '../../base.js';
import { ofGroups, shownData } from '../../baseline/shown.js';
import { groupsOf } from '../../baselining.js';
import { baselineFor } from '../../baselineStores.js';
import { connectionFlags, limitFlags, listFlag, storeFlags } from '../../flags.js';
import type { Outcome } from '../../run.js';

export class BaselineShow extends PgdbaCommand {
  static override summary = 'Show what a baseline holds.';
  static override description =
    'A baseline is named by its id or the beginning of it, its label, latest, latest~N (N before it), or a file. The ' +
    'document is checked against its checksum. Lists are cut by --limit.';
  static override examples = [
    'pgdba baseline show latest --fields sections.config.views,moment',
    'pgdba baseline show before-upgrade --sections queries --limit 20',
    'pgdba baseline show ./baseline.json.gz --limit 0',
  ];
  static override args = {
    baseline: Args.string({
      ignoreStdin: true,
      required: true,
      description: 'Id, beginning of an id, label, latest, latest~N, or file.',
    }),
  };
  static override flags = {
    sections: listFlag({ summary: 'Only these sections, and the analyses that belong to them.' }),
    ...limitFlags,
    ...storeFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { args, flags } = await this.parse(BaselineShow);
    const groups = groupsOf(flags.sections);
    const { head, load } = await baselineFor(this.invocation, flags, args.baseline);
    return { data: shownData(ofGroups(await load(), groups), head, flags.limit) };
  }
}
