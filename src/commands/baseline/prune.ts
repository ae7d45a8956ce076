import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { pruneBaselines } from '../../baselinePruning.js';
import { baselineStoreOf } from '../../baselineStores.js';
import { PgdbaError } from '../../core/errors.js';
import { connectionFlags, countFlag, durationFlag, sizeFlag, storeFlags } from '../../flags.js';
import type { Outcome } from '../../run.js';

export class BaselinePrune extends PgdbaCommand {
  static override summary = 'Remove old baselines of a cluster.';
  static override description =
    'What a --keep rule keeps always stays. Of the rest goes all; with --older-than only what is older, with --max-bytes ' +
    'only the oldest, until what stays fits. Days and weeks (from Monday) are those of UTC. Files that cannot be read are ' +
    'left alone. In this command --max-bytes is of the baselines, and counts only on the command line.';
  static override examples = [
    'pgdba baseline prune --keep-last 7 --keep-daily 30 --keep-weekly 52 --dry-run',
    'pgdba baseline prune --name prod --older-than 90d --keep-weekly 104',
    'pgdba baseline prune --max-bytes 1GB',
  ];
  static override flags = {
    'keep-last': countFlag({ summary: 'Keep the newest n.' }),
    'keep-daily': countFlag({ summary: 'Keep the newest of each of the last n days that have one.' }),
    'keep-weekly': countFlag({ summary: 'Keep the newest of each of the last n weeks that have one.' }),
    'older-than': durationFlag({ summary: 'Remove only what is older.' }),
    'max-bytes': sizeFlag({ summary: 'Remove only the oldest, until the rest fits.' }),
    'dry-run': Flags.boolean({ summary: 'Tell what would go, and remove nothing.', default: false }),
    ...storeFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    // Parsing adds to the words what variables and defaults.json say.
    const typed = this.argv;
    const { flags } = await this.parse(BaselinePrune);
    const run = this.invocation;
    // Of a variable or a default it is the room for an answer, as in every command: nobody meant the baselines by it.
    const isTyped = typed.some((word) => word === '--max-bytes' || word.startsWith('--max-bytes='));
    if (isTyped) run.output = { ...run.output, maxBytes: null };
    const rules = {
      keepLast: flags['keep-last'] ?? null,
      keepDaily: flags['keep-daily'] ?? null,
      keepWeekly: flags['keep-weekly'] ?? null,
      olderThanMs: flags['older-than'] ?? null,
      maxBytes: isTyped ? (flags['max-bytes'] ?? null) : null,
    };
    if (Object.values(rules).every((rule) => rule === null)) {
      throw new PgdbaError('usage', 'nothing says what to keep or to remove', {
        hint: 'Give --keep-last, --keep-daily, --keep-weekly, --older-than or --max-bytes.',
      });
    }
    const none = [rules.keepLast, rules.keepDaily, rules.keepWeekly].includes(0);
    if (none) throw new PgdbaError('usage', 'a --keep rule keeps at least 1');
    return pruneBaselines(run, await baselineStoreOf(run, flags), rules, flags['dry-run']);
  }
}
