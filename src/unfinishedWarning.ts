import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { asError } from './core/errors.js';
import type { Run } from './run.js';
import { clusterFolder } from './core/clusterFolder.js';
import type { Unfinished } from './tuning/changeset/unfinished.js';

/**
 * Warns of changesets of the cluster that were cut off in the middle. On most machines no change was ever made: then
 * it is one look at a folder that is not there, and nothing is loaded. State that is broken is a warning here, never
 * an error: the command itself does not need it.
 */
export async function warnOfUnfinished(run: Run, fingerprint: string): Promise<void> {
  const { home } = run.surroundings;
  const hasChangesets = await access(join(clusterFolder(home, fingerprint), 'changesets')).then(
    () => true,
    () => false,
  );
  if (!hasChangesets) return;
  const { unfinishedOf } = await import('./tuning/changeset/unfinished.js');
  try {
    const { unfinished, broken } = await unfinishedOf(home, fingerprint, run.clock.now());
    for (const { id, reason, operation, node } of unfinished) {
      const where = node === null ? '' : `, on the node ${nodeName(node)}`;
      const message = `changeset ${id} ${TOLD[reason]} (${operation ?? 'config apply'}${where})`;
      const finish =
        reason === 'awaiting_confirmation'
          ? `config confirm --changeset-id ${id}`
          : `config apply --resume --changeset-id ${id}`;
      run.warn('changeset_unfinished', message, {
        hint: `Finish it: pgdba config rollback --changeset-id ${id}, or pgdba ${finish}.`,
        subject: id,
      });
    }
    for (const { code, message, hint } of broken) run.warn(code, message, { hint });
  } catch (error) {
    run.warn('state_unusable', `whether a changeset is unfinished is not known: ${asError(error).message}`);
  }
}

const TOLD = {
  interrupted: 'was cut off in the middle',
  awaiting_confirmation: 'is applied, and taken back unless it is confirmed',
  unconfirmed: 'was not confirmed in time, and nobody rolled it back',
  unreadable: 'has a journal that cannot be read, so that nobody knows whether it is done',
} as const;

function nodeName({ addr, port, data_directory }: NonNullable<Unfinished['node']>): string {
  return addr === null ? (data_directory ?? 'unknown') : `${addr}:${String(port ?? '')}`;
}
