import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { fingerprintOf } from '../../clusterFingerprint.js';
import { connectionFlags, countFlag } from '../../flags.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';
import { historyOf } from '../../tuning/changeset/history.js';

export class ConfigHistory extends PgdbaCommand {
  static override summary = 'List what was changed on a cluster, what is unfinished, and who holds its lock.';
  static override description =
    'Reads the files under $PGDBA_HOME; the server is only asked which cluster it is. When it does not answer, --name ' +
    'is enough, once `cluster check` has pinned the fingerprint.';
  static override examples = [
    'pgdba config history --name prod',
    'pgdba config history --changeset-id 01890a5d-ac96-774b-bcce-b302099a8057 --fields journal',
  ];
  static override flags = {
    'changeset-id': Flags.string({ summary: 'Only this changeset, with its journal.', helpValue: '<uuid>' }),
    limit: countFlag({ summary: 'So many changesets, newest first; 0 = all.', default: 100 }),
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(ConfigHistory);
    const run = this.invocation;
    const reach = new Reach(run, flags, 'fail');
    const data = await historyOf({
      home: run.surroundings.home,
      fingerprint: await fingerprintOf(reach, run),
      changesetId: flags['changeset-id'] ?? null,
      limit: flags.limit,
      now: run.clock.now(),
      warn: ({ code, message, hint }) => {
        run.warn(code, message, { hint });
      },
    });
    return { data };
  }
}
