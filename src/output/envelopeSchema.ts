import { MANAGERS, SERVER_ROLES, TIERS } from '../core/clusterKinds.js';
import { ERROR_CODES, type ErrorCode } from '../core/codes.js';
import { closedObject, nullable, oneOf, openObject, Type } from '../core/schema.js';
import { ENVELOPE_VERSION } from './envelopeVersion.js';

export const clusterSchema = closedObject(
  {
    name: nullable(
      Type.String({ description: 'name in the registry; null when the server was reached without it' }),
    ),
    fingerprint: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 that identifies the cluster; how stable it is depends on tier',
    }),
    tier: oneOf(TIERS, 'what the fingerprint was made of, best first'),
    system_identifier: nullable(
      Type.String({ description: 'from pg_control_system(); null when that is refused' }),
    ),
    server_version_num: Type.Integer({ description: 'e.g. 170010' }),
    role: oneOf(SERVER_ROLES, 'from pg_is_in_recovery()'),
    timeline: nullable(Type.Integer({ description: 'WAL timeline' })),
    database: Type.String({ description: 'database of the session' }),
    managed_by: oneOf(MANAGERS, 'by signs that can be read over SQL'),
    identity: closedObject(
      {
        system_identifier: nullable(Type.String()),
        resolved_addr: nullable(Type.String({ description: 'inet_server_addr(); null over a Unix socket' })),
        resolved_port: nullable(Type.Integer({ description: 'inet_server_port(); null over a Unix socket' })),
        datid: nullable(Type.Integer({ description: 'oid of the database' })),
        config_host: Type.String({ description: 'host or socket folder as it was asked for' }),
        config_port: Type.Integer({ description: 'port as it was asked for' }),
      },
      'everything a fingerprint can be made of',
    ),
    node: closedObject(
      {
        addr: nullable(Type.String({ description: 'address the server itself reports' })),
        port: nullable(Type.Integer({ description: 'port the server itself reports' })),
        data_directory: nullable(Type.String({ description: 'null when the role may not read it' })),
      },
      'tells a primary, its standbys and restored copies apart',
    ),
  },
  'the server that answered',
);

export const warningSchema = closedObject({
  code: Type.String({ description: 'stable snake_case word' }),
  message: Type.String(),
  hint: nullable(Type.String()),
  subject: nullable(Type.String({ description: 'what it is about: a section, a parameter, a file' })),
});

export const errorSchema = closedObject({
  code: oneOf(Object.keys(ERROR_CODES) as ErrorCode[], 'stable; pgdba schema errors prints the table'),
  message: Type.String(),
  hint: Type.String({ description: 'what to try next' }),
  retryable: Type.Boolean({ description: 'whether the same call may succeed later' }),
  sqlstate: Type.Optional(Type.String({ description: 'five characters, when the server answered with one' })),
  details: Type.Optional(openObject('more about it, by code')),
});

const metaSchema = closedObject({
  version: Type.String({ description: 'version of pgdba' }),
  run_id: Type.String({ description: 'UUID version 7 of this run' }),
  started_at: Type.String({ description: 'ISO 8601 UTC' }),
  duration_ms: Type.Number({ description: 'milliseconds from start to this envelope' }),
  data_schema: nullable(
    Type.String({
      description:
        'file in schemas/ that describes data; null when there is no such command, or when --fields, --summary or --max-bytes reduced data',
    }),
  ),
  exit_code: Type.Integer({ description: 'exit code of the process' }),
  cost: closedObject(
    {
      queries: Type.Integer({ description: 'messages with statements sent to the server' }),
      round_trips: Type.Integer({ description: 'times pgdba waited for the server after connecting' }),
      server_ms: Type.Number({ description: 'milliseconds the server spent on them, by its own clock' }),
    },
    'what this run cost the server',
  ),
});

export const envelopeSchema = closedObject(
  {
    schema: oneOf([ENVELOPE_VERSION], 'version of this envelope'),
    command: Type.String({ description: 'the command as it was written, e.g. "query locks"' }),
    ok: Type.Boolean({ description: 'true exactly when the command did what it was asked' }),
    cluster: nullable(clusterSchema),
    data: nullable(openObject('see meta.data_schema')),
    warnings: Type.Array(warningSchema),
    error: nullable(errorSchema),
    meta: metaSchema,
  },
  'Every answer of pgdba, whether it went well or not.',
);
