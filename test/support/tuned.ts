import type { Envelope } from '../../src/output/envelope.js';
import type { ConfigTuneData } from '../../src/tuning/tuneData.js';
import { runCli, type CliOptions } from './runCli.js';

/** What `config tune` answered. */
export interface Tuned {
  readonly exitCode: number | null;
  readonly data: ConfigTuneData;
  readonly envelope: Envelope;
  /** Recommended values by parameter. */
  readonly values: Readonly<Record<string, string>>;
  /** Codes of the warnings, with what they are about. */
  readonly warned: readonly string[];
}

/** Runs the built `pgdba config tune`; its answer is valid against the committed schema. */
export async function tune(args: readonly string[], options: CliOptions = {}): Promise<Tuned> {
  const { exitCode, envelope } = await runCli(['config', 'tune', ...args], options);
  const data = envelope.data as unknown as ConfigTuneData;
  const rows = (data as ConfigTuneData | null)?.recommendations ?? [];
  return {
    exitCode,
    data,
    envelope,
    values: Object.fromEntries(rows.map(({ parameter, recommended }) => [parameter, recommended])),
    warned: envelope.warnings.map(({ code, subject }) => `${code} ${subject ?? ''}`.trim()),
  };
}
