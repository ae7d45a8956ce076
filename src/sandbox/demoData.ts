import { closedObject, nullable, Type, type Static } from '../core/schema.js';

const faultSchema = closedObject({
  name: Type.String({ description: 'stable snake_case word' }),
  object: closedObject({
    type: Type.String({
      description: 'table, index, sequence, constraint, query, session, setting, replication_slot',
    }),
    name: Type.String({ description: 'as SQL writes it' }),
  }),
  what: Type.String({ description: 'what it is and why it hurts' }),
  section: nullable(
    Type.String({ description: 'section of inspect that shows it; null when none alone does' }),
  ),
  seen: nullable(
    Type.Boolean({
      description: 'whether this run’s inspect showed it there; null when it was not looked for',
    }),
  ),
});

const tourEntrySchema = closedObject({
  command: Type.String({ description: 'as it was run' }),
  ok: Type.Boolean({ description: 'ok of its envelope' }),
  exit_code: nullable(Type.Integer({ description: 'its exit code; null when a signal ended it' })),
  duration_ms: Type.Number({ description: 'milliseconds from its start to its end' }),
  summary: Type.Array(Type.String(), { description: 'what it found, for people' }),
  faults_seen: Type.Array(Type.String(), { description: 'names of the planted faults that it showed' }),
});

const serverSchema = closedObject(
  {
    version: Type.String({ description: 'version of the npm package of PostgreSQL binaries' }),
    pid: Type.Integer({ description: 'process id of the server' }),
    dsn: Type.String({ description: 'connection URI; it holds no password, the socket’s folder is private' }),
    socket_directory: Type.String(),
    port: Type.Integer(),
    data_directory: Type.String(),
    runs_as: nullable(Type.String({ description: 'account of the server; null = the one that ran pgdba' })),
  },
  'the embedded server',
);

/** What `pgdba demo` answers. */
export const demoData = closedObject({
  server: nullable(serverSchema),
  faults: Type.Array(faultSchema, { description: 'what was planted' }),
  tour: Type.Array(tourEntrySchema, { description: 'the commands that were run on it, in order' }),
  kept: Type.Boolean({ description: 'whether the server still runs' }),
  already_running: Type.Boolean({ description: 'whether --keep found a kept server and left it as it was' }),
  stopped: Type.Boolean({ description: 'whether --stop found a kept server and removed it' }),
  cluster: nullable(Type.String({ description: 'name in the registry of a kept server' })),
  stop_command: nullable(Type.String({ description: 'what stops and removes a kept server' })),
});

export type DemoData = Static<typeof demoData>;
export type TourEntry = Static<typeof tourEntrySchema>;
