import type { Rule } from '../rule.js';
import { measuredAutovacuumSpeed, measuredAutovacuumThreshold } from './measured/autovacuum.js';
import { measuredBgwriter } from './measured/bgwriter.js';
import { measuredCache } from './measured/cache.js';
import { measuredConnections } from './measured/connections.js';
import { measuredIdleInTransaction } from './measured/idleInTransaction.js';
import { measuredSlotRetention } from './measured/slotRetention.js';
import { measuredStatements } from './measured/statements.js';
import { measuredWalCompression } from './measured/walCompression.js';
import { measuredWalSize } from './measured/walSize.js';
import { measuredWorkMem } from './measured/workMem.js';
import { autovacuumThresholds } from './pgdba/autovacuumThresholds.js';
import { autovacuumCostDelay, autovacuumCostLimit, autovacuumMaxWorkers } from './pgdba/autovacuumWorkers.js';
import { checkpointSpread, checkpointTimeout } from './pgdba/checkpoints.js';
import { toastCompression, walCompression } from './pgdba/compression.js';
import { effectiveCacheSize } from './pgdba/effectiveCacheSize.js';
import { hugePages } from './pgdba/hugePages.js';
import { idleInTransaction } from './pgdba/idleInTransaction.js';
import { ioConcurrency } from './pgdba/ioConcurrency.js';
import { ioTiming } from './pgdba/ioTiming.js';
import { ioWorkers } from './pgdba/ioWorkers.js';
import { jit } from './pgdba/jit.js';
import { quietLogging, slowStatements } from './pgdba/logging.js';
import { autovacuumWorkMem, maintenanceWorkMem } from './pgdba/maintenanceMemory.js';
import { maxConnections } from './pgdba/maxConnections.js';
import { parallelism } from './pgdba/parallelism.js';
import { randomPageCost } from './pgdba/randomPageCost.js';
import { idleSlotTimeout, slotWalKeepSize } from './pgdba/replicationSlots.js';
import { sharedBuffers } from './pgdba/sharedBuffers.js';
import { statisticsTarget } from './pgdba/statisticsTarget.js';
import { tempFileLimit } from './pgdba/tempFileLimit.js';
import { walBuffers } from './pgdba/walBuffers.js';
import { walKeep } from './pgdba/walKeep.js';
import { walSize } from './pgdba/walSize.js';
import { workMem } from './pgdba/workMem.js';
import { PGTUNE_RULES } from './pgtune.js';

/**
 * What today's knowledge recommends, in the order in which one builds on another: connections and shared_buffers before
 * the memory that is left, the checkpoint interval before the WAL that it takes.
 *
 * Left alone on purpose, whatever they are: io_method (shows only at start whether it works), summarize_wal and
 * vacuum_buffer_usage_limit (nothing speaks for another value in general), autovacuum_vacuum_max_threshold, and the
 * refuse list.
 */
const PGDBA_RULES: readonly Rule[] = [
  needsHost(maxConnections),
  needsHost(sharedBuffers),
  effectiveCacheSize,
  needsHost(autovacuumMaxWorkers),
  needsHost(autovacuumCostDelay),
  needsHost(autovacuumCostLimit),
  autovacuumThresholds,
  needsHost(maintenanceWorkMem),
  needsHost(autovacuumWorkMem),
  needsHost(workMem),
  needsHost(hugePages),
  needsHost(walBuffers),
  checkpointSpread,
  needsHost(checkpointTimeout),
  needsHost(walSize),
  walCompression,
  toastCompression,
  randomPageCost,
  needsHost(ioConcurrency),
  needsHost(ioWorkers),
  jit,
  needsHost(parallelism),
  statisticsTarget,
  ioTiming,
  quietLogging,
  slowStatements,
  needsHost(idleInTransaction),
  needsHost(slotWalKeepSize),
  needsHost(idleSlotTimeout),
  needsHost(walKeep),
  needsHost(tempFileLimit),
];

/** What the server's own statistics show; last, so that it replaces what was only reckoned from the hardware. */
const MEASURED_RULES: readonly Rule[] = [
  needsHost(measuredConnections),
  needsHost(measuredCache),
  measuredWalSize,
  measuredWorkMem,
  measuredWalCompression,
  needsHost(measuredAutovacuumSpeed),
  measuredAutovacuumThreshold,
  measuredStatements,
  measuredIdleInTransaction,
  measuredSlotRetention,
  measuredBgwriter,
];

/** The rules of `--rules`. */
export const RULES_OF: Readonly<Record<'pgtune' | 'pgdba', readonly Rule[]>> = {
  pgtune: PGTUNE_RULES,
  pgdba: [...PGDBA_RULES, ...MEASURED_RULES],
};

/** A rule that is safe only where the host is known; the profile `remote-conservative` does not ask it. */
function needsHost(rule: Rule): Rule {
  return {
    ...rule,
    propose: (situation, chosen) => (situation.profile === 'standard' ? rule.propose(situation, chosen) : []),
  };
}
