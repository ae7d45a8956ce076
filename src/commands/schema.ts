import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as Args from '@oclif/core/args';
import { PgdbaCommand } from '../base.js';
import { packageRoot } from '../packageRoot.js';
import { referenceAnswer } from '../reference/answer.js';
import type { Outcome } from '../run.js';

export class Schema extends PgdbaCommand {
  static override summary =
    'Print JSON Schemas, commands with their flags, error codes, exit codes, sections and checks.';
  static override description =
    'Without words it prints all of the reference but the data schemas; with a command, written as it is run, the ' +
    'schema of that command’s data; with envelope, commands, errors, exits, sections or checks that part. No server is needed.';
  static override examples = [
    'pgdba schema',
    'pgdba schema inspect',
    'pgdba schema "cluster add"',
    'pgdba schema errors --format table',
  ];
  static override args = {
    command: Args.string({
      description: 'A command, or one of envelope, commands, errors, exits, sections, checks.',
      ignoreStdin: true,
    }),
    verb: Args.string({
      description: 'Second word of the command, when it is not in the first argument.',
      ignoreStdin: true,
    }),
  };

  async run(): Promise<Outcome> {
    const { args } = await this.parse(Schema);
    const asked = `${args.command ?? ''} ${args.verb ?? ''}`.trim().split(/\s+/).join(' ');
    const data = await referenceAnswer(asked, {
      commands: this.invocation.surroundings.commands,
      readDocument: async (path) => JSON.parse(await readFile(join(packageRoot(), path), 'utf8')) as unknown,
      sections: async () => (await import('../inspect/registry.js')).SECTIONS,
      checks: async () => (await import('../check/registry.js')).CHECK_RULES,
    });
    return { data };
  }
}
