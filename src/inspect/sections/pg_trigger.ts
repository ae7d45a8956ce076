import { closedObject } from '../../core/schema.js';
import { flag, key, label } from '../column.js';
import { defineSection } from '../section.js';

/** pg_trigger: only triggers that do not fire as they were made, those of foreign keys included. */
export const pgTrigger = defineSection({
  id: 'pg_trigger',
  title: 'Disabled triggers',
  scope: 'database',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'by schema, table and name',
  needs: [],
  row: closedObject({
    schema: key('schema of the table'),
    table: key('table'),
    name: key('name of the trigger'),
    is_internal: flag('true for the triggers that enforce a constraint'),
    constraint: label('constraint it enforces'),
    fires: label('never, on replicas only'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT n.nspname AS schema, c.relname AS table, t.tgname AS name, t.tgisinternal AS is_internal,
       k.conname AS constraint,
       CASE t.tgenabled WHEN 'D' THEN 'never' WHEN 'R' THEN 'on replicas only' END AS fires,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_constraint AS k ON k.oid = t.tgconstraint
 WHERE t.tgenabled IN ('D', 'R')
 ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", t.tgname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
