import { closedObject } from '../../core/schema.js';
import { flag, key, label } from '../column.js';
import { defineSection } from '../section.js';

/** pg_constraint: only constraints that were never checked against the rows that were there before them. */
export const pgConstraint = defineSection({
  id: 'pg_constraint',
  title: 'Constraints that are not validated',
  scope: 'database',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'by schema, table and name',
  needs: [],
  row: closedObject({
    schema: key('schema of the table or domain'),
    table: key('table; null for a constraint of a domain'),
    domain: key('domain; null for a constraint of a table'),
    name: key('name of the constraint'),
    type: label('check, foreign key, not null (since 18) …'),
    references: label('referenced table of a foreign key, as SQL writes it'),
    enforced: flag('false for NOT ENFORCED, since 18: such a constraint cannot be validated'),
    is_inherited: flag('true where it comes from a parent table alone'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT n.nspname AS schema, c.relname AS table, t.typname AS domain, k.conname AS name,
       CASE k.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'n' THEN 'not null'
                      ELSE k.contype::text END AS type,
       CASE WHEN f.oid IS NOT NULL THEN pg_catalog.format('%I.%I', fn.nspname, f.relname) END AS references,
       NULL::bool AS enforced,
       NOT k.conislocal AS is_inherited,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_namespace AS n ON n.oid = k.connamespace
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
  LEFT JOIN pg_catalog.pg_type AS t ON t.oid = k.contypid
  LEFT JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid
  LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace
 WHERE NOT k.convalidated
 ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", t.typname COLLATE "C", k.conname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 18,
      // NOT ENFORCED constraints are never validated: they are no fault, so callers look at enforced.
      sql: /* sql */ `
SELECT n.nspname AS schema, c.relname AS table, t.typname AS domain, k.conname AS name,
       CASE k.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'n' THEN 'not null'
                      ELSE k.contype::text END AS type,
       CASE WHEN f.oid IS NOT NULL THEN pg_catalog.format('%I.%I', fn.nspname, f.relname) END AS references,
       k.conenforced AS enforced,
       NOT k.conislocal AS is_inherited,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_namespace AS n ON n.oid = k.connamespace
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
  LEFT JOIN pg_catalog.pg_type AS t ON t.oid = k.contypid
  LEFT JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid
  LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace
 WHERE NOT k.convalidated
 ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", t.typname COLLATE "C", k.conname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
