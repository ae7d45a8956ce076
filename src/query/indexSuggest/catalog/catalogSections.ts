import { closedObject, openObject, Type } from '../../../core/schema.js';
import { document, key, label } from '../../../inspect/column.js';
import { defineSection } from '../../../inspect/section.js';

/** Where the role's own sessions look for names: `given:search_path` is their setting. */
export const searchedSchemas = defineSection({
  id: 'search_path',
  title: 'Schemas that the role’s own sessions search',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:search_path'],
  order: 'as they are searched',
  needs: [],
  row: closedObject({ schemas: document(Type.Array(Type.String()), 'names of schemas') }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
WITH s AS MATERIALIZED (SELECT pg_catalog.set_config('search_path', $1, true) AS value)
SELECT pg_catalog.to_json(pg_catalog.current_schemas(true)) AS schemas
  FROM s
 WHERE s.value IS NOT NULL`,
    },
  ],
});

/** Foreign keys of this database, those of partitions that belong to their parent's left out. */
export const catalogForeignKeys = defineSection({
  id: 'foreign_keys',
  title: 'Foreign keys',
  scope: 'cluster',
  reads: 'catalog',
  parameters: [],
  order: 'by table and name',
  needs: [],
  row: closedObject({ name: label('its name'), key: document(openObject('as in ForeignKey'), 'the rest') }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT f.conname AS name,
       pg_catalog.json_build_object(
         'from', f.conrelid::int8, 'to', f.confrelid::int8, 'on_delete', f.confdeltype,
         'to_deleted', pg_catalog.pg_stat_get_tuples_deleted(f.confrelid),
         'to_updated', pg_catalog.pg_stat_get_tuples_updated(f.confrelid),
         'columns', ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY AS u(attnum, place)
                            JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = u.attnum
                           ORDER BY u.place),
         'to_columns', ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY AS u(attnum, place)
                               JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = u.attnum
                              ORDER BY u.place)) AS key
  FROM pg_catalog.pg_constraint AS f
  JOIN pg_catalog.pg_class AS c ON c.oid = f.conrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE f.contype = 'f' AND f.conparentid = 0
 ORDER BY n.nspname, c.relname, f.conname`,
    },
  ],
});

/** Functions that an index may hold, of the names in `given:functions` (a JSON array). */
export const catalogFunctions = defineSection({
  id: 'functions',
  title: 'Immutable functions of a workload',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['given:functions'],
  order: 'by name and arguments',
  needs: [],
  row: closedObject({
    name: key('of the function'),
    schema: key('its schema'),
    argument_types: document(Type.Array(Type.String()), 'types of its arguments'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT p.proname AS name, n.nspname AS schema,
       pg_catalog.to_json(ARRAY(SELECT pg_catalog.format_type(u.type, NULL)
                                  FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u(type, place)
                                 ORDER BY u.place)) AS argument_types
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE p.proname IN (SELECT pg_catalog.json_array_elements_text($1::json))
   AND p.provolatile = 'i' AND p.prokind = 'f' AND NOT p.proretset
 ORDER BY p.proname, n.nspname, p.proargtypes::text`,
    },
  ],
});
