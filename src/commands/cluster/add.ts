import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { entryOf } from '../../cluster/registration.js';
import { registerCluster } from '../../cluster/registry.js';
import { shownCluster } from '../../cluster/shown.js';
import { processSurroundings } from '../../db/libpq/surroundings.js';
import type { Outcome } from '../../run.js';

export class ClusterAdd extends PgdbaCommand {
  static override summary = 'Register a cluster under a name, for --name.';
  static override description =
    'Writes $PGDBA_HOME/clusters.json and connects to nothing. A DSN that holds a password is refused: the registry ' +
    'stores how a password is got, never the password. "cluster check" pins the fingerprint.';
  static override examples = [
    'pgdba cluster add prod --dsn postgresql://monitor@db1,db2/app --password-command "pass show pg/prod"',
    'pgdba cluster add stage --dsn "host=stage dbname=app user=monitor" --password-env STAGE_PASSWORD --tag env=stage',
    'pgdba cluster add ha --dsn postgresql://db1/app --patroni-url http://db1:8008 --replica db2 --replica db3:5433',
  ];
  static override args = {
    name: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'Name of the cluster: up to 63 letters, digits, dots, dashes, underscores.',
    }),
  };
  static override flags = {
    dsn: Flags.string({
      required: true,
      summary: 'Connection URI or conninfo string without a password.',
      helpValue: '<uri|conninfo>',
    }),
    'password-command': Flags.string({
      summary: 'Shell command whose first line of output is the password; it has 30 s and no terminal.',
      helpValue: '<command>',
    }),
    'password-env': Flags.string({ summary: 'Variable that holds the password.', helpValue: '<variable>' }),
    'patroni-url': Flags.string({
      multiple: true,
      delimiter: ',',
      summary: 'REST API of a Patroni node.',
      helpValue: '<url>',
    }),
    replica: Flags.string({ multiple: true, summary: 'A standby.', helpValue: '<host[:port]|dsn>' }),
    tag: Flags.string({
      multiple: true,
      delimiter: ',',
      summary: 'A word of your own.',
      helpValue: '<key=value>',
    }),
    replace: Flags.boolean({ summary: 'Replace the cluster of that name.' }),
  };

  async run(): Promise<Outcome> {
    const { args, flags } = await this.parse(ClusterAdd);
    const { clock, surroundings } = this.invocation;
    const entry = entryOf(
      {
        dsn: flags.dsn,
        passwordCommand: flags['password-command'],
        passwordEnv: flags['password-env'],
        patroniUrls: flags['patroni-url'],
        replicas: flags.replica,
        tags: flags.tag,
      },
      clock.now(),
      processSurroundings(surroundings.env),
    );
    const cluster = await registerCluster(surroundings.home, args.name, entry, { replace: flags.replace });
    return { data: { cluster: shownCluster(cluster) } };
  }
}
