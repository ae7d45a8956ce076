import { closedObject } from '../../core/schema.js';
import { gauge, key } from '../column.js';
import { defineSection } from '../section.js';

/** pg_stat_ssl, counted by protocol and cipher. */
export const pgStatSsl = defineSection({
  id: 'pg_stat_ssl',
  title: 'How sessions are encrypted',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'most sessions first',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses: 'sessions of other roles are not counted',
    },
  ],
  row: closedObject({
    connection: key('encrypted or plain'),
    version: key('TLS version'),
    cipher: key('cipher'),
    bits: gauge('bits of the cipher'),
    sessions: gauge('sessions now, our own included'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT CASE WHEN s.ssl THEN 'encrypted' WHEN NOT s.ssl THEN 'plain' END AS connection,
       s.version, s.cipher, s.bits, pg_catalog.count(*) AS sessions
  FROM pg_catalog.pg_stat_ssl AS s
 GROUP BY s.ssl, s.version, s.cipher, s.bits
 ORDER BY sessions DESC, s.version, s.cipher`,
    },
  ],
});
