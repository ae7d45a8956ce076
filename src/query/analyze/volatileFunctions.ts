import { closedObject } from '../../core/schema.js';
import { key } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

/**
 * What of some names the server may run with effects: volatile functions of those names in any schema, those behind
 * operators of those names, and behind casts that somebody made (a cast has no name that a text must mention).
 * `given:names` is a JSON array.
 */
export const volatileFunctions = defineSection({
  id: 'volatile_functions',
  title: 'Volatile functions of given names',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:names'],
  order: 'by name',
  needs: [],
  row: closedObject({
    schema: key('schema of the function'),
    name: key('name of the function'),
    by: key('function, operator or cast'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
WITH names AS (SELECT w.name FROM pg_catalog.json_array_elements_text($1::json) AS w(name)),
found AS (
  SELECT p.oid, 'function' AS by FROM pg_catalog.pg_proc AS p WHERE p.proname IN (SELECT name FROM names)
  UNION ALL
  SELECT o.oprcode::oid, 'operator' FROM pg_catalog.pg_operator AS o WHERE o.oprname IN (SELECT name FROM names)
  UNION ALL
  SELECT k.castfunc, 'cast' FROM pg_catalog.pg_cast AS k WHERE k.oid >= 16384)
SELECT DISTINCT n.nspname AS schema, p.proname AS name, f.by
  FROM found AS f
  JOIN pg_catalog.pg_proc AS p ON p.oid = f.oid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE p.provolatile = 'v'
 ORDER BY 1, 2, 3`,
    },
  ],
});
