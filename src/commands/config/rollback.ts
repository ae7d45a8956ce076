import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { changing, surroundingsOfChange } from '../../changing.js';
import { connectionFlags, dcsFlags, durationFlag, patroniFlags, restartFlags } from '../../flags.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';
import { timeoutWithRestart } from '../../watching.js';
import { rollbackChange } from '../../tuning/changeset/rollback.js';

export class ConfigRollback extends PgdbaCommand {
  static override summary =
    'Take a changeset back: postgresql.auto.conf, or the DCS of Patroni, becomes what it was.';
  static override description =
    'From the journal alone: for a changeset that was applied, and for one that was cut off anywhere. Refuses when ' +
    'somebody changed one of its parameters since. Done twice it changes nothing.';
  static override examples = [
    'pgdba config rollback --changeset-id 01890a5d-ac96-774b-bcce-b302099a8057',
    'pgdba config rollback --changeset-id 01890a5d-ac96-774b-bcce-b302099a8057 --dry-run',
    'pgdba config rollback --name prod --changeset-id 01890a5d-ac96-774b-bcce-b302099a8057 --restart',
  ];
  static override flags = {
    'changeset-id': Flags.string({ summary: 'Which one.', helpValue: '<uuid>', required: true }),
    'dry-run': Flags.boolean({ summary: 'Say what would be done, and do nothing.', default: false }),
    wait: durationFlag({ summary: 'Wait so long for another pgdba to finish.', default: 0 }),
    force: Flags.boolean({
      summary: 'Also over values that somebody changed since; the record says so.',
      default: false,
    }),
    ...restartFlags,
    'patroni-wait': dcsFlags['patroni-wait'],
    ...patroniFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags, metadata } = await this.parse(ConfigRollback);
    const { restart } = flags;
    const timeout = timeoutWithRestart(flags.timeout, restart, metadata.flags['timeout']);
    const reach = new Reach(this.invocation, { ...flags, timeout }, 'fail');
    const around = surroundingsOfChange(this.invocation, reach, { ramBytes: null, patroni: flags });
    const options = {
      changesetId: flags['changeset-id'].toLowerCase(),
      dryRun: flags['dry-run'],
      force: flags.force,
      waitMs: flags.wait,
      restart,
    };
    return changing(this.invocation, () => rollbackChange(options, around));
  }
}
