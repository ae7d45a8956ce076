import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../base.js';
import { ruleOptions } from '../check/options.js';
import { CHECK_RULES } from '../check/registry.js';
import { SEVERITIES } from '../check/rule.js';
import { checkWith } from '../checking.js';
import { PgdbaError } from '../core/errors.js';
import { connectionFlags, listFlag, tuningFlags } from '../flags.js';
import { readInput } from '../inputFile.js';
import { REPORT_FORMATS } from '../report/registry.js';
import { Reach } from '../reach.js';
import type { Outcome } from '../run.js';

const { ram, cpus, storage } = tuningFlags;

export class Check extends PgdbaCommand {
  static override summary = 'Tell what is wrong with a server, how bad it is, and what can be done.';
  static override description =
    'Runs every rule over one DiagSnapshot. Each finding has its evidence, the threshold that it crossed, and what to do. ' +
    'A rule that could not see what it needs is told in not_evaluated and has not passed. With --known only findings ' +
    'that are not in the file count for --fail-on.';
  static override examples = [
    'pgdba check --dsn postgresql://monitor@db1/app --fail-on warning',
    'pgdba check --known .pgdba-known.json --update-known',
    'pgdba check --known .pgdba-known.json --fail-on new',
    'pgdba inspect --limit 0 > snapshot.json && pgdba check --from snapshot.json',
    'pgdba check --name prod --report sarif --report-file pgdba.sarif',
    'pgdba check --rules wraparound,sequences --format table',
  ];
  static override flags = {
    rules: listFlag({ summary: 'Only these rules, or families of rules.' }),
    exclude: listFlag({ summary: 'All but these rules, or families of rules.' }),
    severity: Flags.option({ options: SEVERITIES, default: 'info' as const })({
      summary: 'Only findings that are at least so bad.',
    }),
    'fail-on': Flags.option({ options: ['warning', 'critical', 'new'] as const })({
      summary: 'Exit 3 when a finding that is not known is at least so bad; new: at any that is not known.',
    }),
    config: Flags.string({ summary: 'File of thresholds and exceptions (check.yml).', helpValue: '<file>' }),
    known: Flags.string({ summary: 'File of findings that are known.', helpValue: '<file>' }),
    'update-known': Flags.boolean({
      summary: 'Write what is found now into the --known file.',
      default: false,
    }),
    from: Flags.string({
      summary: 'A saved snapshot (what pgdba inspect printed; - for stdin) in place of a server.',
      helpValue: '<file>',
    }),
    report: Flags.option({ options: REPORT_FORMATS })({
      summary: 'Write a report in that format, too: to --report-file, else to stderr.',
    }),
    'report-file': Flags.string({ summary: 'Where the report goes.', helpValue: '<file>' }),
    ram,
    cpus,
    storage,
    ...connectionFlags,
  };
  static override exclusive = [
    ['from', 'dsn'],
    ['from', 'name'],
    ['from', 'dbname'],
  ] as const;

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(Check);
    const { known, from, config } = flags;
    if (flags['update-known'] && known === undefined)
      throw new PgdbaError('usage', '--update-known needs --known');
    if (flags['report-file'] !== undefined && flags.report === undefined)
      throw new PgdbaError('usage', '--report-file needs --report');
    if (flags.severity === 'critical' && flags['fail-on'] === 'warning')
      throw new PgdbaError('usage', '--severity critical leaves out what --fail-on warning asks for');
    if (config === '-' && from === '-')
      throw new PgdbaError('usage', '--config and --from cannot both be read from stdin');
    const options = ruleOptions(CHECK_RULES, {
      only: flags.rules ?? null,
      exclude: flags.exclude ?? [],
      leastSeverity: flags.severity,
      file: config === undefined ? null : await readInput(config, process.stdin),
    });
    const source =
      from === undefined ? { reach: new Reach(this.invocation, flags, 'degrade') } : { file: from };
    return checkWith(this.invocation, source, {
      options,
      host: { ramBytes: flags.ram ?? null, cpus: flags.cpus ?? null, storage: flags.storage ?? null },
      known: known === undefined ? null : { path: known, update: flags['update-known'] },
      failOn: flags['fail-on'] ?? null,
      report:
        flags.report === undefined ? null : { format: flags.report, path: flags['report-file'] ?? null },
    });
  }
}
