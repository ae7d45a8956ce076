import { counted, type Guard, type GuardContext, type GuardFinding } from './guard.js';

/** Of these a standby needs at least as many as the primary, or it pauses replay, and does not start again. */
const AT_LEAST_AS_PRIMARY = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
];

function inOrder(context: GuardContext): GuardFinding[] {
  const { inRecovery, changes, before, after, configuration } = context;
  return changes.flatMap(({ key, name }) => {
    if (!AT_LEAST_AS_PRIMARY.includes(key)) return [];
    const running = Number(configuration.settings.get(key)?.setting);
    const willBe = after.numberOf(key) ?? running;
    if (!inRecovery) return willBe > running ? raisedOnPrimary(name, context) : [];
    // More that is only staged may be there because the primary has more by now.
    return willBe < Math.max(before.numberOf(key) ?? running, running) ? [loweredOnStandby(name)] : [];
  });
}

function loweredOnStandby(name: string): GuardFinding {
  return {
    severity: 'unless_forced',
    code: 'standby_ordering',
    parameter: name,
    message: `${name} must not be lower on a standby than on its primary, and what the primary has cannot be seen from here`,
    hint: 'Lower it on the primary first, and there restart; then, with --force, on the standbys.',
  };
}

function raisedOnPrimary(name: string, { surroundings }: GuardContext): GuardFinding[] {
  const { standbys, physicalSlots } = surroundings;
  if (standbys + physicalSlots === 0) return [];
  const seen = [
    ...(standbys > 0 ? [counted(standbys, 'connected standby')] : []),
    ...(physicalSlots > 0 ? [counted(physicalSlots, 'physical slot')] : []),
  ];
  return [
    {
      severity: 'unless_forced',
      code: 'standby_ordering',
      parameter: name,
      message: `${name} must be raised on the standbys first, and this primary has ${seen.join(' and ')}`,
      hint: 'Raise it on every standby, restart those, and then, with --force, raise it here.',
    },
  ];
}

/** The five parameters that a standby checks against its primary's. */
export const STANDBY_ORDERING_GUARD: Guard = {
  id: 'standby.ordering',
  onlyAlterSystem: true,
  parameters: AT_LEAST_AS_PRIMARY,
  reference: 'https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN',
  check: inOrder,
};
