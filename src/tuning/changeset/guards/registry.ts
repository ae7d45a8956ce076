import { CONFIRMED_GUARD } from './confirmed.js';
import { CONNECTION_GUARDS } from './connections.js';
import { DANGEROUS_GUARD } from './dangerous.js';
import { DUBIOUS_GUARDS } from './dubious.js';
import { FILE_GUARDS } from './files.js';
import type { Guard, GuardContext, GuardFinding } from './guard.js';
import { HUGE_PAGES_GUARD } from './hugePages.js';
import { KEPT_GUARDS } from './kept.js';
import { LEVEL_GUARDS } from './levels.js';
import { LIBRARY_GUARDS } from './libraries.js';
import { LOG_FILE_GUARD } from './logFiles.js';
import { OPEN_FILES_GUARD } from './openFiles.js';
import { RECOVERY_TARGET_GUARD } from './recoveryTarget.js';
import { SECRET_GUARD } from './secrets.js';
import { SHARED_MEMORY_GUARD } from './sharedMemory.js';
import { STANDBY_ORDERING_GUARD } from './standbyOrdering.js';
import { TLS_GUARD } from './tls.js';
import { WAL_GUARDS } from './wal.js';

/** Every guard, in the order in which their findings are told. */
export const GUARDS: readonly Guard[] = [
  ...LEVEL_GUARDS,
  ...FILE_GUARDS,
  SECRET_GUARD,
  STANDBY_ORDERING_GUARD,
  ...CONNECTION_GUARDS,
  ...WAL_GUARDS,
  ...KEPT_GUARDS,
  RECOVERY_TARGET_GUARD,
  ...LIBRARY_GUARDS,
  LOG_FILE_GUARD,
  OPEN_FILES_GUARD,
  TLS_GUARD,
  SHARED_MEMORY_GUARD,
  HUGE_PAGES_GUARD,
  CONFIRMED_GUARD,
  ...DUBIOUS_GUARDS,
  DANGEROUS_GUARD,
];

/** What every guard that the changes concern has to say. */
export function askGuards(context: GuardContext): GuardFinding[] {
  const changed = new Set(context.changes.map(({ key }) => key));
  return GUARDS.filter(({ onlyAlterSystem }) => onlyAlterSystem !== true || context.via !== 'patroni')
    .filter(({ parameters }) => parameters === null || parameters.some((name) => changed.has(name)))
    .flatMap(({ check }) => check(context));
}
