import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { changing, surroundingsOfChange } from '../../changing.js';
import { connectionFlags, dcsFlags, durationFlag, patroniFlags } from '../../flags.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';
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
  ];
  static override flags = {
    'changeset-id': Flags.string({ summary: 'Which one.', helpValue: '<uuid>', required: true }),
    'dry-run': Flags.boolean({ summary: 'Say what would be done, and do nothing.', default: false }),
    wait: durationFlag({ summary: 'Wait so long for another pgdba to finish.', default: 0 }),
    force: Flags.boolean({
      summary: 'Also over values that somebody changed since; the record says so.',
      default: false,
    }),
    'patroni-wait': dcsFlags['patroni-wait'],
    ...patroniFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(ConfigRollback);
    const reach = new Reach(this.invocation, flags, 'fail');
    const around = surroundingsOfChange(this.invocation, reach, { ramBytes: null, patroni: flags });
    const options = {
      changesetId: flags['changeset-id'].toLowerCase(),
      dryRun: flags['dry-run'],
      force: flags.force,
      waitMs: flags.wait,
    };
    return changing(this.invocation, () => rollbackChange(options, around));
  }
}
