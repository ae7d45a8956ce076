import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { reportFor } from '../../baselineReport.js';
import { connectionFlags, storeFlags } from '../../flags.js';
import type { Outcome } from '../../run.js';

export class BaselineReport extends PgdbaCommand {
  static override summary = 'Write a report of what changed between two baselines, for people.';
  static override description =
    'With --out one HTML file that stands alone: it loads nothing, runs no script, prints, and follows dark or light. Markdown ' +
    'for a comment where the name ends in .md, or where --format markdown asks and the name does not say .html. Without ' +
    '--out the Markdown stands in the answer, and with --format markdown it is all that is written to stdout. Without ' +
    '--before and --after: the latest and the one before it, or the latest alone. docs/baseline-report.md tells what it holds.';
  static override examples = [
    'pgdba baseline report --name prod --out report.html',
    'pgdba baseline report --before before-upgrade --after latest --out upgrade.html',
    'pgdba baseline report --name prod --format markdown | gh pr comment 42 --body-file -',
  ];
  static override flags = {
    before: Flags.string({
      summary: 'The earlier one: id or the beginning of it, label, latest~N, or file.',
      helpValue: '<baseline>',
    }),
    after: Flags.string({
      summary: 'The later one; the latest unless given.',
      helpValue: '<baseline>',
    }),
    out: Flags.string({ summary: 'File of the report.', helpValue: '<file>' }),
    ...storeFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(BaselineReport);
    const { before = null, after = null, out = null } = flags;
    return reportFor(this.invocation, flags, { before, after, out });
  }
}
