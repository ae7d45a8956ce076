import { quoteIdentifier } from '../../../core/identifier.js';
import { pgNamespace } from '../../../inspect/sections/pg_namespace.js';
import type { CheckRule } from '../../rule.js';

/** Schemas in which everybody may create objects. */
export const schemaWritableByPublic: CheckRule = {
  id: 'schema_writable_by_public',
  family: 'security',
  title: 'Everybody may create objects in a schema',
  severity: 'warning',
  about:
    'Whoever can connect can put a function or table there that others call by mistake for their own (CVE-2018-1058). Up ' +
    'to 14 the schema public is made that way; databases that were upgraded keep it. There it is worth knowing, in other ' +
    'schemas, and from 15 on, somebody has granted it.',
  source: 'https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS',
  remediation: { text: 'Take the right away from PUBLIC.', sql: null },
  reads: [pgNamespace],
  thresholds: {},
  find: (checked) =>
    checked
      .rows(pgNamespace)
      .filter(({ public_may_create }) => public_may_create === true)
      .map(({ nspname, owner }) => ({
        object: { type: 'schema', name: quoteIdentifier(nspname ?? '') },
        severity: nspname === 'public' && checked.major < 15 ? 'info' : 'warning',
        evidence: { owner },
        threshold: null,
        remediation: {
          text: 'Take the right away from PUBLIC.',
          sql: `REVOKE CREATE ON SCHEMA ${quoteIdentifier(nspname ?? '')} FROM PUBLIC;`,
        },
      })),
};
