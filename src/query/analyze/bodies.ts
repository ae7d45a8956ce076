import { closedObject } from '../../core/schema.js';
import { key, label } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

/**
 * What some functions and views are made of: the bodies of functions that somebody wrote, and the queries of views, of
 * the names in `given:names`, a JSON array. What a function is declared to be (STABLE, IMMUTABLE) is its author's word.
 */
export const bodies = defineSection({
  id: 'bodies',
  title: 'Bodies of functions and views of given names',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:names'],
  order: 'by name',
  needs: [],
  row: closedObject({ name: key('name of the function or view'), body: label('its text') }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
WITH names AS (SELECT w.name FROM pg_catalog.json_array_elements_text($1::json) AS w(name))
SELECT p.proname AS name, COALESCE(NULLIF(p.prosrc, ''), pg_catalog.pg_get_functiondef(p.oid)) AS body
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
 WHERE p.proname IN (SELECT name FROM names) AND p.oid >= 16384 AND p.prokind <> 'a'
   AND l.lanname NOT IN ('c', 'internal')
UNION ALL
SELECT c.relname, pg_catalog.pg_get_viewdef(c.oid)
  FROM pg_catalog.pg_class AS c
 WHERE c.relname IN (SELECT name FROM names) AND c.relkind = 'v' AND c.oid >= 16384
 ORDER BY 1, 2`,
    },
  ],
});
