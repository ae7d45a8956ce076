import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { tunePlanned, tuneServer } from '../../configTuning.js';
import {
  connectionFlags,
  dcsFlags,
  durationFlag,
  patroniFlags,
  restartFlags,
  tuningFlags,
  watchFlags,
} from '../../flags.js';
import { Reach } from '../../reach.js';
import { PLAN_FORMATS } from '../../tuning/formats/registry.js';
import { timeoutFor, timeoutWithRestart, watchOptions } from '../../watching.js';
import type { Outcome } from '../../run.js';
import { parseMajor, requireTogether, wishOf } from '../../tuning/tuneWish.js';

export class ConfigTune extends PgdbaCommand {
  static override summary = 'Recommend settings for a server, or for one that is only planned.';
  static override description =
    'Looks at the server’s settings, its host and its statistics; each recommendation says why, on what evidence, how ' +
    'sure it is and what would beat it. Nothing is changed without --apply. With --offline no server is needed.';
  static override examples = [
    'pgdba config tune --workload oltp',
    'pgdba config tune --name prod --workload web --ram 64GB --cpus 16 --storage nvme --format table',
    'pgdba config tune --offline --pg-version 17 --ram 64GB --cpus 16 --storage ssd --workload oltp',
    'pgdba config tune --workload oltp --apply --dry-run',
  ];
  static override flags = {
    ...tuningFlags,
    offline: Flags.boolean({ summary: 'For a planned server, from --pg-version and --ram.', default: false }),
    'pg-version': Flags.custom<number>({
      helpValue: '<major>',
      parse: (text) => Promise.resolve(parseMajor(text)),
    })({ summary: 'Version of PostgreSQL, with --offline.' }),
    as: Flags.option({ options: PLAN_FORMATS })({
      summary:
        'The plan in the shape of its target, in output (what manages the server takes, unless given).',
    }),
    apply: Flags.boolean({ summary: 'Apply what is recommended, as config apply does.', default: false }),
    'dry-run': Flags.boolean({
      summary: 'With --apply: say what would be done, and do nothing.',
      default: false,
    }),
    force: Flags.boolean({ summary: 'With --apply: overrule the refusals that say so.', default: false }),
    wait: durationFlag({ summary: 'With --apply: wait so long for another pgdba to finish.' }),
    via: Flags.option({ options: ['auto', 'alter-system', 'patroni'] as const })({
      summary: 'With --apply: patroni for every member through the DCS, alter-system for this node alone.',
    }),
    ...restartFlags,
    ...watchFlags,
    ...dcsFlags,
    ...patroniFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags, metadata } = await this.parse(ConfigTune);
    requireTogether(flags, this.argv);
    const wish = wishOf(flags);
    const major = flags['pg-version'];
    if (flags.offline && major !== undefined) return tunePlanned(this.invocation, wish, major, flags.as);
    const { force, wait = 0, via = 'auto', restart } = flags;
    const watching = watchOptions(flags);
    const timeout = timeoutWithRestart(flags.timeout, restart, metadata.flags['timeout']);
    const options = { dryRun: flags['dry-run'], force, waitMs: wait, via, restart, watching };
    const apply = flags.apply ? options : null;
    const reach = new Reach(this.invocation, { ...flags, timeout: timeoutFor(timeout, watching) }, 'fail');
    return tuneServer(this.invocation, reach, wish, flags.as, apply, flags);
  }
}
