import type { ConfigShowData, ShownSetting } from '../../src/tuning/showData.js';
import type { Envelope } from '../../src/output/envelope.js';
import { type CliOptions, runCli } from '../support/runCli.js';

/** What a run of `config show` told. */
export interface Shown {
  readonly envelope: Envelope;
  readonly data: ConfigShowData;
  /** The row of one setting. @throws Error when there is none */
  readonly of: (name: string) => ShownSetting;
  readonly names: readonly string[];
  readonly warnings: readonly string[];
}

/** Runs `config show`, which must succeed, and returns what it told. */
export async function configShow(
  dsn: string,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<Shown> {
  const { envelope, exitCode } = await runCli(['config', 'show', '--dsn', dsn, ...args], options);
  if (exitCode !== 0) throw new Error(`config show failed: ${JSON.stringify(envelope.error)}`);
  const data = envelope.data as unknown as ConfigShowData;
  return {
    envelope,
    data,
    names: data.settings.map(({ name }) => name),
    of: (name) => {
      const found = data.settings.find((setting) => setting.name === name);
      if (found === undefined) throw new Error(`config show told nothing of ${name}`);
      return found;
    },
    warnings: envelope.warnings.map(({ code, subject }) => (subject === null ? code : `${code} ${subject}`)),
  };
}
