import { closedObject, Type } from '../../core/schema.js';
import { document, flag, gauge, key, label, setting } from '../column.js';
import { defineSection } from '../section.js';

/** pg_settings: every setting as this session sees it; never cut by --limit. */
export const pgSettings = defineSection({
  id: 'pg_settings',
  title: 'Every setting with its value, unit, source and limits',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'by name',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_settings',
      without: 'partial',
      loses:
        'settings such as data_directory and shared_preload_libraries, and the files that settings come from, are hidden',
    },
  ],
  row: closedObject({
    name: key('name of the setting'),
    setting: setting('value in force in this session, in `unit`'),
    unit: label(
      'unit of setting, boot_val, reset_val, min_val and max_val, as PostgreSQL writes it: 8kB, ms, s …',
    ),
    vartype: label('bool, enum, integer, real or string'),
    context: label(
      'when it can be changed: internal, postmaster, sighup, superuser-backend, backend, superuser, user',
    ),
    category: label('chapter of the manual'),
    source: label('where the value comes from'),
    set_by_session: flag(
      'true where this session asked for the value itself (timeouts, search_path …): other sessions have another one',
    ),
    sourcefile: label('file the value stands in; null without pg_read_all_settings'),
    sourceline: gauge('line of sourcefile; null without pg_read_all_settings'),
    boot_val: setting('value when nothing sets it'),
    reset_val: setting('value that RESET gives in this session'),
    min_val: label('smallest value allowed'),
    max_val: label('largest value allowed'),
    enumvals: document(Type.Array(Type.String()), 'values allowed for an enum'),
    pending_restart: flag('true where the file holds another value that waits for a restart'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT s.name, s.setting, s.unit, s.vartype, s.context, s.category, s.source,
       s.source IN ('client', 'session') AS set_by_session,
       s.sourcefile, s.sourceline, s.boot_val, s.reset_val, s.min_val, s.max_val,
       pg_catalog.to_jsonb(s.enumvals) AS enumvals,
       s.pending_restart
  FROM pg_catalog.pg_settings AS s
 ORDER BY s.name COLLATE "C"`,
    },
  ],
});
