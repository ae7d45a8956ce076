import type { Interfaces } from '@oclif/core';
import { Command } from '@oclif/core/command';
import { asError, PgdbaError } from './core/errors.js';
import { withDefaults, type FlagShape } from './flagDefaults.js';
import { outputFlags, type Pairs } from './flags.js';
import { readDefaults } from './defaultsFile.js';
import type { OutputOptions, Outcome, Run } from './run.js';
import type { LogLevel } from './log.js';

/**
 * What every command is made of: it parses its words, asks one feature one question, and returns one Outcome, which
 * src/answer.ts wraps in the envelope. A command writes to neither stdout nor stderr.
 */
export abstract class PgdbaCommand extends Command {
  static override baseFlags: Interfaces.FlagInput = outputFlags;

  /** Flags that exclude each other in this command, besides those of all. */
  static exclusive: Pairs = [];

  /** The invocation this command belongs to; set by src/answer.ts before run(). */
  invocation!: Run;

  abstract override run(): Promise<Outcome>;

  /**
   * Parses the words, with variables and defaults.json for flags that were not given, and tells the run how its
   * answer is to be shown.
   * @throws PgdbaError `usage`, or `state_unusable` when defaults.json is broken
   */
  protected override async parse<
    F extends Interfaces.OutputFlags<F>,
    B extends Interfaces.OutputFlags<B>,
    A extends Interfaces.OutputArgs<A>,
  >(options?: Interfaces.Input<F, B, A>, argv = this.argv): Promise<Interfaces.ParserOutput<F, B, A>> {
    const { env, home } = this.invocation.surroundings;
    const ctor = this.constructor as typeof PgdbaCommand;
    const shapes = { ...ctor.baseFlags, ...ctor.flags } as Readonly<Record<string, FlagShape>>;
    const words = withDefaults(argv, shapes, env, await readDefaults(home), ctor.exclusive);
    let parsed: Interfaces.ParserOutput<F, B, A>;
    try {
      parsed = await super.parse(options, words);
    } catch (error) {
      throw usageError(asError(error));
    }
    this.invocation.output = outputOptions(parsed.flags);
    this.invocation.log.setLevel((parsed.flags as Record<string, unknown>)['log-level'] as LogLevel);
    return parsed;
  }
}

function outputOptions(flags: Record<string, unknown>): OutputOptions {
  return {
    format: flags['format'] as OutputOptions['format'],
    fields: (flags['fields'] as string[] | undefined) ?? [],
    summary: flags['summary'] === true,
    maxBytes: (flags['max-bytes'] as number | undefined) ?? null,
  };
}

/** oclif's parser says what is wrong in words made for a terminal; this keeps the first sentence of them. */
function usageError(error: Error): Error {
  const isParseError = error instanceof PgdbaError || 'oclif' in error;
  if (!isParseError) return error;
  const message = error.message
    .replace(/\s*See more help with --help\s*$/, '')
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .trim();
  return new PgdbaError('usage', message, {
    ...(error instanceof PgdbaError ? { hint: error.hint } : {}),
    cause: error,
  });
}
