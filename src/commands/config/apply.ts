import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { changing, surroundingsOfChange } from '../../changing.js';
import { PgdbaError } from '../../core/errors.js';
import {
  connectionFlags,
  dcsFlags,
  durationFlag,
  patroniFlags,
  restartFlags,
  tuningFlags,
  watchFlags,
} from '../../flags.js';
import { readInput } from '../../inputFile.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';
import { parseRequest } from '../../tuning/changeset/request.js';
import { resumeChange } from '../../tuning/changeset/resume.js';
import { applyWatched } from '../../tuning/observe/watchedApply.js';
import { timeoutFor, timeoutWithRestart, watchOptions } from '../../watching.js';

export class ConfigApply extends PgdbaCommand {
  static override summary =
    'Change settings of one server, or of a whole Patroni cluster: all of them or none.';
  static override description =
    'Everything is checked before the first write; each step is written down before it is taken; after one reload a ' +
    'new session looks whether the values are in force. A step that fails takes all others back. Nothing is ' +
    'restarted: what waits for a restart is told with the next step, and with the way back should the server not start. ' +
    'Where Patroni manages the server and its URL is known, the change goes through the DCS, and every member proves it.';
  static override examples = [
    'pgdba config apply --file plan.json --dry-run',
    `echo '{"parameters": [{"name": "work_mem", "new_value": "64MB"}]}' | pgdba config apply --file -`,
    'pgdba config apply --file plan.json --observe 60s --confirm-within 10min',
    'pgdba config apply --name prod --via patroni --file plan.json --restart',
    'pgdba config apply --resume --changeset-id 01890a5d-ac96-774b-bcce-b302099a8057',
  ];
  static override flags = {
    file: Flags.string({
      summary: 'ChangeSet, or {"parameters": [{"name", "new_value"}]}; - is stdin. A null new_value resets.',
      helpValue: '<file>',
    }),
    'dry-run': Flags.boolean({ summary: 'Say what would be done, and do nothing.', default: false }),
    wait: durationFlag({ summary: 'Wait so long for another pgdba to finish.', default: 0 }),
    force: Flags.boolean({
      summary: 'Overrule the refusals that say so; the record says so too.',
      default: false,
    }),
    via: Flags.option({ options: ['auto', 'alter-system', 'patroni'] as const, default: 'auto' as const })({
      summary:
        'patroni: through the DCS, on every member; alter-system: this node alone. auto: the DCS where Patroni manages.',
    }),
    ram: tuningFlags.ram,
    resume: Flags.boolean({ summary: 'Finish a changeset that was cut off.', default: false }),
    'changeset-id': Flags.string({ summary: 'With --resume: which one.', helpValue: '<uuid>' }),
    ...restartFlags,
    ...watchFlags,
    ...dcsFlags,
    ...patroniFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags, metadata } = await this.parse(ConfigApply);
    const { force, via, restart } = flags;
    const common = { dryRun: flags['dry-run'], force, waitMs: flags.wait, restart };
    if ((flags.file === undefined) !== flags.resume)
      throw new PgdbaError('usage', 'one of --file and --resume must be given, and not both');
    if (flags['changeset-id'] !== undefined && !flags.resume)
      throw new PgdbaError('usage', '--changeset-id needs --resume');
    const request =
      flags.file === undefined ? null : parseRequest(await readInput(flags.file, process.stdin));
    const watching = watchOptions(flags);
    const timeout = timeoutWithRestart(flags.timeout, restart, metadata.flags['timeout']);
    const reach = new Reach(this.invocation, { ...flags, timeout: timeoutFor(timeout, watching) }, 'fail');
    const around = surroundingsOfChange(this.invocation, reach, {
      ramBytes: flags.ram ?? null,
      patroni: flags,
    });
    return changing(this.invocation, () =>
      request === null
        ? resumeChange({ ...common, changesetId: flags['changeset-id'] ?? null }, around)
        : applyWatched(request, { ...common, via }, watching, around),
    );
  }
}
