import { checksumFailures } from './rules/availability/checksumFailures.js';
import { checksumsOff } from './rules/availability/checksumsOff.js';
import { collationVersionMismatch } from './rules/availability/collationVersionMismatch.js';
import { configurationFileError } from './rules/availability/configurationFileError.js';
import { databaseInvalid } from './rules/availability/databaseInvalid.js';
import { fsyncOff } from './rules/availability/fsyncOff.js';
import { fullPageWritesOff } from './rules/availability/fullPageWritesOff.js';
import { recoveryOverrideOn } from './rules/availability/recoveryOverrideOn.js';
import { synchronousCommitOff } from './rules/availability/synchronousCommitOff.js';
import { versionEndOfLife } from './rules/availability/versionEndOfLife.js';
import { connectionsUsed } from './rules/connections/connectionsUsed.js';
import { idleInTransaction } from './rules/connections/idleInTransaction.js';
import { reservedConnectionsNone } from './rules/connections/reservedConnectionsNone.js';
import { roleConnectionLimit } from './rules/connections/roleConnectionLimit.js';
import { constraintNotEnforced } from './rules/constraints/constraintNotEnforced.js';
import { constraintNotValidated } from './rules/constraints/constraintNotValidated.js';
import { triggerDisabled } from './rules/constraints/triggerDisabled.js';
import { extensionOutdated } from './rules/extensions/extensionOutdated.js';
import { indexInvalid } from './rules/indexes/indexInvalid.js';
import { sequentialScansHeavy } from './rules/indexes/sequentialScansHeavy.js';
import { lockWaitLong } from './rules/locks/lockWaitLong.js';
import { preparedTransactionOld } from './rules/locks/preparedTransactionOld.js';
import { deadlocks } from './rules/queries/deadlocks.js';
import { queryLong } from './rules/queries/queryLong.js';
import { statementStatisticsMissing } from './rules/queries/statementStatisticsMissing.js';
import { statementsEvicted } from './rules/queries/statementsEvicted.js';
import { tempFilesHeavy } from './rules/queries/tempFilesHeavy.js';
import { replayPaused } from './rules/replication/replayPaused.js';
import { slotHorizonOld } from './rules/replication/slotHorizonOld.js';
import { slotInactive } from './rules/replication/slotInactive.js';
import { slotLost } from './rules/replication/slotLost.js';
import { slotRetentionUnlimited } from './rules/replication/slotRetentionUnlimited.js';
import { standbyCatchingUp } from './rules/replication/standbyCatchingUp.js';
import { standbyConflicts } from './rules/replication/standbyConflicts.js';
import { standbyLag } from './rules/replication/standbyLag.js';
import { subscriptionDisabled } from './rules/replication/subscriptionDisabled.js';
import { subscriptionErrors } from './rules/replication/subscriptionErrors.js';
import { synchronousStandbyMissing } from './rules/replication/synchronousStandbyMissing.js';
import { walReceiverMissing } from './rules/replication/walReceiverMissing.js';
import { bypassRls } from './rules/security/bypassRls.js';
import { definerWithoutPath } from './rules/security/definerWithoutPath.js';
import { hbaError } from './rules/security/hbaError.js';
import { hbaPlainPassword } from './rules/security/hbaPlainPassword.js';
import { hbaTrust } from './rules/security/hbaTrust.js';
import { passwordEncryptionMd5 } from './rules/security/passwordEncryptionMd5.js';
import { passwordMd5 } from './rules/security/passwordMd5.js';
import { rolePasswordExpired } from './rules/security/rolePasswordExpired.js';
import { schemaWritableByPublic } from './rules/security/schemaWritableByPublic.js';
import { sslOff } from './rules/security/sslOff.js';
import { superuserByNetwork } from './rules/security/superuserByNetwork.js';
import { superusersMany } from './rules/security/superusersMany.js';
import { sequenceExhaustion } from './rules/sequences/sequenceExhaustion.js';
import { autovacuumWorkersUnreachable } from './rules/settings/autovacuumWorkersUnreachable.js';
import { effectiveCacheSizeSmall } from './rules/settings/effectiveCacheSizeSmall.js';
import { parallelWorkersUnreachable } from './rules/settings/parallelWorkersUnreachable.js';
import { plannerMethodOff } from './rules/settings/plannerMethodOff.js';
import { settingFarOff } from './rules/settings/settingFarOff.js';
import { settingPendingRestart } from './rules/settings/settingPendingRestart.js';
import { trackActivitiesOff } from './rules/settings/trackActivitiesOff.js';
import { trackCountsOff } from './rules/settings/trackCountsOff.js';
import { walSizeSettingsSwapped } from './rules/settings/walSizeSettingsSwapped.js';
import { autovacuumDisabled } from './rules/vacuum/autovacuumDisabled.js';
import { deadRowsOverdue } from './rules/vacuum/deadRowsOverdue.js';
import { horizonOld } from './rules/vacuum/horizonOld.js';
import { neverAnalyzed } from './rules/vacuum/neverAnalyzed.js';
import { statisticsStale } from './rules/vacuum/statisticsStale.js';
import { tableAutovacuumOff } from './rules/vacuum/tableAutovacuumOff.js';
import { archivingFailing } from './rules/wal/archivingFailing.js';
import { archivingWithoutCommand } from './rules/wal/archivingWithoutCommand.js';
import { checkpointOverdue } from './rules/wal/checkpointOverdue.js';
import { requestedCheckpoints } from './rules/wal/requestedCheckpoints.js';
import { walDirectoryLarge } from './rules/wal/walDirectoryLarge.js';
import { multixactWraparound } from './rules/wraparound/multixactWraparound.js';
import { tableFreezeOverdue } from './rules/wraparound/tableFreezeOverdue.js';
import { xidWraparound } from './rules/wraparound/xidWraparound.js';
import type { CheckRule } from './rule.js';

/** Every rule, by family. Adding one is a file in src/check/rules and a line here. */
export const CHECK_RULES: readonly CheckRule[] = [
  checksumFailures,
  checksumsOff,
  collationVersionMismatch,
  configurationFileError,
  databaseInvalid,
  fsyncOff,
  fullPageWritesOff,
  recoveryOverrideOn,
  synchronousCommitOff,
  versionEndOfLife,
  connectionsUsed,
  idleInTransaction,
  reservedConnectionsNone,
  roleConnectionLimit,
  autovacuumWorkersUnreachable,
  effectiveCacheSizeSmall,
  parallelWorkersUnreachable,
  plannerMethodOff,
  settingFarOff,
  settingPendingRestart,
  trackActivitiesOff,
  trackCountsOff,
  walSizeSettingsSwapped,
  autovacuumDisabled,
  deadRowsOverdue,
  horizonOld,
  neverAnalyzed,
  statisticsStale,
  tableAutovacuumOff,
  multixactWraparound,
  tableFreezeOverdue,
  xidWraparound,
  indexInvalid,
  sequentialScansHeavy,
  deadlocks,
  queryLong,
  statementStatisticsMissing,
  statementsEvicted,
  tempFilesHeavy,
  lockWaitLong,
  preparedTransactionOld,
  replayPaused,
  slotHorizonOld,
  slotInactive,
  slotLost,
  slotRetentionUnlimited,
  standbyCatchingUp,
  standbyConflicts,
  standbyLag,
  subscriptionDisabled,
  subscriptionErrors,
  synchronousStandbyMissing,
  walReceiverMissing,
  archivingFailing,
  archivingWithoutCommand,
  checkpointOverdue,
  requestedCheckpoints,
  walDirectoryLarge,
  sequenceExhaustion,
  constraintNotEnforced,
  constraintNotValidated,
  triggerDisabled,
  extensionOutdated,
  bypassRls,
  passwordEncryptionMd5,
  rolePasswordExpired,
  sslOff,
  superuserByNetwork,
  superusersMany,
  hbaTrust,
  hbaPlainPassword,
  hbaError,
  passwordMd5,
  schemaWritableByPublic,
  definerWithoutPath,
];
