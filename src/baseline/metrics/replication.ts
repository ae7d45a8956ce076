import { closedObject } from '../../core/schema.js';
import { gauge, key, label } from '../../inspect/column.js';
import type { Row } from '../../inspect/section.js';
import { pgReplicationSlots } from '../../inspect/sections/pg_replication_slots.js';
import { pgStatReplication } from '../../inspect/sections/pg_stat_replication.js';
import { pgStatSubscriptionStats } from '../../inspect/sections/pg_stat_subscription_stats.js';
import { pgSubscription } from '../../inspect/sections/pg_subscription.js';
import type { DerivedSource, Metric } from '../metric.js';

const MIB = 1024 ** 2;
const any = { factor: 1, absolute: 0 } as const;
const slot = {
  group: 'replication',
  source: { kind: 'view', section: pgReplicationSlots },
  object: { type: 'replication_slot', columns: ['slot_name'], database: { column: 'database' } },
  // One that vanishes with its session comes and goes.
  where: { column: 'temporary', notIn: [true] },
} as const;

const held = (column: string): Metric => ({
  ...slot,
  id: column,
  value: { kind: 'gauge', column },
  unit: 'transactions',
  meaning: 'transactions begun since the oldest one that the slot needs: what it keeps VACUUM from removing',
  worse: 'higher',
  least: { factor: 2, absolute: 1_000_000 },
});

const slotMetrics: readonly Metric[] = [
  {
    ...slot,
    id: 'presence',
    value: { kind: 'presence' },
    unit: null,
    meaning: 'whether the slot is there',
    worse: null,
    least: any,
  },
  {
    ...slot,
    id: 'active',
    value: { kind: 'state', column: 'active', bad: ['false'] },
    unit: null,
    meaning: 'whether somebody uses it: an abandoned one keeps WAL for ever',
    worse: null,
    least: any,
  },
  {
    ...slot,
    id: 'wal_status',
    value: { kind: 'state', column: 'wal_status', bad: ['unreserved', 'lost'] },
    unit: null,
    meaning: 'whether the WAL that it needs is still kept, since 13',
    worse: null,
    least: any,
  },
  {
    ...slot,
    id: 'retained_wal_bytes',
    value: { kind: 'gauge', column: 'retained_wal_bytes' },
    unit: 'bytes',
    meaning: 'bytes of WAL that it keeps',
    worse: 'higher',
    grows: true,
    least: { factor: 1.5, absolute: 16 * MIB },
    limit: {
      meaning: 'max_slot_wal_keep_size is reached and the slot loses WAL that it needs',
      of: { kind: 'setting', name: 'max_slot_wal_keep_size', unit: MIB },
    },
  },
  held('xmin_age'),
  held('catalog_xmin_age'),
];

/** A standby has another process each time it connects: its name and address tell it apart, the worst row stands for it. */
const standbys: DerivedSource = {
  kind: 'derived',
  id: 'standbys',
  from: [pgStatReplication],
  row: closedObject({
    application_name: key('name the receiver gives itself'),
    client_addr: key('its address; null over a Unix socket'),
    sync_state: label('async, potential, sync or quorum'),
    replay_lag_bytes: gauge('bytes of WAL it has not replayed yet'),
    replay_lag_ms: gauge('milliseconds until it replayed recent WAL; null when it is idle and caught up'),
  }),
  make: (rowsOf) => {
    const worst = new Map<string, Row>();
    // A base backup is no standby, and gone when it is done.
    for (const row of (rowsOf(pgStatReplication) ?? []).filter(({ state }) => state !== 'backup')) {
      const name = JSON.stringify([row['application_name'], row['client_addr']]);
      const known = worst.get(name);
      if (known === undefined || lag(row) > lag(known)) worst.set(name, row);
    }
    return [...worst.values()];
  },
};

function lag(row: Row): number {
  return Number(row['replay_lag_bytes'] ?? -1);
}

const standby = {
  group: 'replication',
  source: standbys,
  object: { type: 'standby', columns: ['application_name', 'client_addr'] },
} as const;

const standbyMetrics: readonly Metric[] = [
  {
    ...standby,
    id: 'presence',
    value: { kind: 'presence' },
    unit: null,
    meaning: 'whether the standby is connected',
    worse: 'lower',
    least: any,
  },
  {
    ...standby,
    id: 'sync_state',
    value: { kind: 'state', column: 'sync_state' },
    unit: null,
    meaning: 'whether commits wait for it: async, potential, sync or quorum',
    worse: null,
    least: any,
  },
  {
    ...standby,
    id: 'replay_lag_bytes',
    value: { kind: 'gauge', column: 'replay_lag_bytes' },
    unit: 'bytes',
    meaning: 'bytes of WAL that it has not replayed yet',
    worse: 'higher',
    least: { factor: 3, absolute: 64 * MIB },
  },
  {
    ...standby,
    id: 'replay_lag_ms',
    value: { kind: 'gauge', column: 'replay_lag_ms' },
    unit: 'ms',
    meaning: 'milliseconds until it replayed recent WAL',
    worse: 'higher',
    least: { factor: 3, absolute: 30_000 },
  },
];

const subscription = {
  group: 'replication',
  object: { type: 'subscription', columns: ['subname'] },
  unit: null,
  least: any,
} as const;

const subscriptionMetrics: readonly Metric[] = [
  {
    ...subscription,
    source: { kind: 'view', section: pgSubscription },
    object: { ...subscription.object, database: { column: 'database' } },
    id: 'presence',
    value: { kind: 'presence' },
    meaning: 'whether the subscription is there',
    worse: null,
  },
  {
    ...subscription,
    source: { kind: 'view', section: pgSubscription },
    object: { ...subscription.object, database: { column: 'database' } },
    id: 'enabled',
    value: { kind: 'state', column: 'enabled', bad: ['false'] },
    meaning: 'whether it is enabled',
    worse: null,
  },
  {
    ...subscription,
    source: { kind: 'view', section: pgStatSubscriptionStats },
    id: 'errors_per_s',
    value: { kind: 'rate', counters: ['apply_error_count', 'sync_error_count'] },
    unit: 'per_s',
    meaning: 'errors per second while changes were applied or tables copied, since 15',
    worse: 'higher',
    least: { factor: 2, absolute: 0.0001 },
  },
];

export const replicationMetrics: readonly Metric[] = [
  ...slotMetrics,
  ...standbyMetrics,
  ...subscriptionMetrics,
];
