import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { fingerprintOf } from '../../clusterFingerprint.js';
import { connectionFlags } from '../../flags.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';
import { ChangeSetStore } from '../../tuning/changeset/store.js';
import { confirmChange } from '../../tuning/observe/confirmation.js';

export class ConfigConfirm extends PgdbaCommand {
  static override summary = 'Make a change permanent that was applied with --confirm-within.';
  static override description =
    'Until then it is provisional: it is taken back when nobody confirms it in time. Done twice it changes nothing. ' +
    'The server is only asked which cluster it is.';
  static override examples = ['pgdba config confirm --changeset-id 01890a5d-ac96-774b-bcce-b302099a8057'];
  static override flags = {
    'changeset-id': Flags.string({ summary: 'Which one.', helpValue: '<uuid>', required: true }),
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(ConfigConfirm);
    const run = this.invocation;
    const { home } = run.surroundings;
    const store = new ChangeSetStore(home, await fingerprintOf(new Reach(run, flags, 'fail'), run));
    const { command, clock, id: runId } = run;
    const changeset = await confirmChange(flags['changeset-id'], store, { home, runId, command, clock });
    return { data: { changeset } };
  }
}
