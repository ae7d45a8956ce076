import { closedObject } from '../../core/schema.js';
import { gauge, id, key, label, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_prepared_xacts: forgotten ones hold locks and keep vacuum from cleaning, across restarts. */
export const pgPreparedXacts = defineSection({
  id: 'pg_prepared_xacts',
  title: 'Prepared transactions and their age',
  scope: 'cluster',
  reads: 'live',
  parameters: ['limit'],
  order: 'oldest first',
  needs: [],
  row: closedObject({
    gid: key('name given in PREPARE TRANSACTION'),
    transaction: id('its transaction id'),
    transaction_age: gauge('transactions begun since it'),
    prepared: time('when it was prepared'),
    prepared_age_ms: gauge('milliseconds since then'),
    owner: label('role that prepared it'),
    database: label('database it belongs to'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT p.gid, p.transaction::text AS transaction, pg_catalog.age(p.transaction) AS transaction_age, p.prepared,
       extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::float8 * 1000 AS prepared_age_ms,
       p.owner, p.database,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_prepared_xacts AS p
 ORDER BY p.prepared, p.gid
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
