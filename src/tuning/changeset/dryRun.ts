import { PgdbaError } from '../../core/errors.js';
import { sameSetting } from '../../core/setting/value.js';
import { isAutoConf, type Configuration, type FileEntry } from '../configuration.js';
import { pendingOf } from '../pending.js';
import type { ChangeSet } from './changeSet.js';
import { isSameLine, stepBetween } from './executeStep.js';
import type { PlannedChange } from './guards/guard.js';

type DryRun = NonNullable<ChangeSet['dry_run_result']>;
type DryRunParameter = DryRun['parameters'][number];
type Effect = DryRunParameter['effect'];

/** What an execution would do. */
export function dryRunOf(
  changes: readonly PlannedChange[],
  configuration: Configuration,
  major: number,
): DryRun {
  const parameters = changes.map((change): DryRunParameter => {
    const action = actionOf(change, major);
    const sql = action === 'none' ? null : sqlOf(change, major);
    return { name: change.name, action, sql, effect: effectOf(change, configuration, major) };
  });
  return {
    parameters,
    would_reload: parameters.some(
      ({ action, effect }) => action !== 'none' || effect === 'reload' || effect === 'new_sessions',
    ),
    would_restart: parameters.some(({ effect }) => effect === 'restart'),
  };
}

/** Whether the line is already there, quoting apart; then nothing need be sent. */
function actionOf({ key, newValue, oldLine }: PlannedChange, major: number): DryRunParameter['action'] {
  if (isSameLine(key, oldLine, newValue, major)) return 'none';
  return newValue === null ? 'reset' : 'set';
}

/** Null where no statement can be made of it; a finding says why. */
function sqlOf({ name, oldLine, newValue }: PlannedChange, major: number): string | null {
  try {
    return stepBetween(name, oldLine, newValue, major).execute;
  } catch (error) {
    if (error instanceof PgdbaError) return null;
    throw error;
  }
}

function effectOf(change: PlannedChange, configuration: Configuration, major: number): Effect {
  const { spec, newValue, oldLine } = change;
  if (spec === null) return newValue === oldLine ? 'none' : 'reload';
  if (newValue !== null && isSameLine(spec.name, spec.setting, newValue, major)) return 'none';
  const changed = { ...configuration, fileEntries: entriesAfter(change, configuration.fileEntries ?? []) };
  const { waits } = pendingOf(changed, spec);
  const fallsBackToSame = waits !== null && newValue === null && isDefaultInForce(change, changed);
  if (waits === 'none' || fallsBackToSame) return 'none';
  if (spec.context === 'postmaster') return 'restart';
  return spec.context === 'backend' || spec.context === 'superuser-backend' ? 'new_sessions' : 'reload';
}

/** The entries of the files as they would be, in the order in which the server reads them. */
function entriesAfter({ key, name, newValue }: PlannedChange, entries: readonly FileEntry[]): FileEntry[] {
  const others = entries.filter(
    (entry) => !(entry.name?.toLowerCase() === key && isAutoConf(entry.sourcefile)),
  );
  if (newValue === null) return others;
  const line = { name, setting: newValue, applied: true, error: null };
  return [
    ...others,
    { ...line, seqno: others.length + 1, sourcefile: 'postgresql.auto.conf', sourceline: null },
  ];
}

/** When no line is left the default counts, and it may be what is in force already. */
function isDefaultInForce({ key, spec }: PlannedChange, after: Configuration): boolean {
  const isInFiles = after.fileEntries?.some(({ name }) => name?.toLowerCase() === key) === true;
  return spec?.boot_val != null && !isInFiles && sameSetting(spec, spec.boot_val, spec.setting);
}
