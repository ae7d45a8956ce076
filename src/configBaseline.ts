import type { Baseline } from './baseline/document.js';
import { PUBLIC_SETTINGS } from './baseline/publicWords.js';
import { isFile } from './baseline/reference.js';
import { BaselineStore } from './baseline/store.js';
import { findBaseline, usableBaselines } from './baselineStores.js';
import type { ConfigComparison } from './configComparison.js';
import { PgdbaError } from './core/errors.js';
import type { Setting } from './core/setting/spec.js';
import { pgSettings } from './inspect/sections/pg_settings.js';
import type { Run } from './run.js';
import { againstBaseline, type KeptSettings } from './tuning/diffAnswer.js';
import type { UnknownParameter } from './tuning/diffData.js';

type KeptRow = Setting & { readonly set_by_session: boolean };

/**
 * A comparison with what a baseline of the same cluster has; a file is read at once, the store once the server has said
 * which cluster it is.
 * @throws PgdbaError `unknown_baseline`, `state_unusable`, `invalid_input`
 */
export async function comparisonWithBaseline(
  run: Run,
  reference: string,
  all: boolean,
): Promise<ConfigComparison> {
  const file = isFile(reference) ? await (await findBaseline(reference, null, [])).load() : null;
  return {
    compare: async (here) => {
      const { fingerprint } = await here.server.identity;
      const baseline = file ?? (await storedBaseline(run, fingerprint, reference));
      const elsewhere = baseline.cluster.fingerprint !== fingerprint;
      if (elsewhere) {
        run.warn('fingerprint_mismatch', 'the baseline is of another cluster', { subject: reference });
      }
      return againstBaseline(here, keptSettings(baseline, file === null ? null : reference, elsewhere), all);
    },
  };
}

async function storedBaseline(run: Run, fingerprint: string, reference: string): Promise<Baseline> {
  const store = new BaselineStore(run.surroundings.home, fingerprint);
  const { heads } = await usableBaselines(run, store);
  return (await findBaseline(reference, store, heads)).load();
}

/** @throws PgdbaError `invalid_input` for a baseline without settings */
function keptSettings(baseline: Baseline, file: string | null, elsewhere: boolean): KeptSettings {
  const { config } = baseline.sections;
  const sample = config?.sample2?.[pgSettings.id] ?? config?.sample1[pgSettings.id];
  if (sample === undefined || sample.rows.length === 0)
    throw new PgdbaError('invalid_input', 'the baseline holds no settings', {
      hint: 'Take it with --sections config, or without --sections.',
    });
  const rows = sample.rows as unknown as readonly KeptRow[];
  return {
    name: file ?? baseline.id,
    serverVersionNum: baseline.moment.server_version_num,
    settings: new Map(rows.map((row) => [row.name.toLowerCase(), row])),
    complete: config?.views[pgSettings.id]?.status === 'ok',
    untold: rows.flatMap((row) => untold(row, baseline.redacted) ?? []),
    elsewhere,
  };
}

/** Why the baseline does not tell the value; null when it does. */
function untold(
  { name, vartype, set_by_session: isOurs }: KeptRow,
  redacted: boolean,
): UnknownParameter | null {
  if (isOurs) {
    const message = 'in the baseline it has the value that pgdba’s own session asked for';
    return { parameter: name, reason: 'set_by_session', message };
  }
  if (!redacted || vartype !== 'string' || PUBLIC_SETTINGS.has(name)) return null;
  return { parameter: name, reason: 'masked', message: 'the baseline is redacted' };
}
