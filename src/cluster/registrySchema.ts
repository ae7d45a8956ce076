import { closedObject, nullable, oneOf, openObject, Type, type Static } from '../core/schema.js';
import { MANAGERS, TIERS } from '../core/clusterKinds.js';

/** What clusters.json says in `schema`. */
const CLUSTERS_VERSION = 'pgdba.clusters/1';

const FINGERPRINT = '^[0-9a-f]{64}$';
const strings = (description: string): ReturnType<typeof Type.Array<ReturnType<typeof Type.String>>> =>
  Type.Array(Type.String(), { description });

const entryProperties = {
  dsn: Type.String({ description: 'connection URI or conninfo string, without a password' }),
  password_command: nullable(
    Type.String({ description: 'shell command whose first line of output is the password' }),
  ),
  password_env: nullable(Type.String({ description: 'variable that holds the password' })),
  patroni_urls: strings('REST API of each Patroni node, e.g. http://db1:8008'),
  tags: openObject('words of the user’s own', Type.String()),
  replicas: strings('standbys: host[:port], or a DSN without a password'),
  fingerprint: nullable(
    Type.String({ pattern: FINGERPRINT, description: 'pinned by the first cluster check; null before it' }),
  ),
  tier: nullable(oneOf(TIERS, 'what the pinned fingerprint was made of')),
  added_at: Type.String({ description: 'ISO 8601 UTC' }),
};

const clusterEntrySchema = closedObject(entryProperties, 'one registered cluster');
const namedClusterSchema = closedObject(
  { name: Type.String({ description: 'name in the registry' }), ...entryProperties },
  'one registered cluster',
);

/** clusters.json, the registry under $PGDBA_HOME. */
export const clustersFileSchema = closedObject({
  schema: oneOf([CLUSTERS_VERSION], 'version of this document'),
  clusters: openObject('by name', clusterEntrySchema, '^[A-Za-z0-9._-]{1,63}$'),
});

export const clusterAddData = closedObject({ cluster: namedClusterSchema });
export const clusterShowData = closedObject({ cluster: namedClusterSchema });
export const clusterListData = closedObject({
  clusters: Type.Array(namedClusterSchema, { description: 'in the order of their names' }),
});
export const clusterRemoveData = closedObject({
  removed: Type.String({ description: 'name that is no longer known' }),
});

const role = nullable(oneOf(['primary', 'standby'], 'null where the server was not reached'));
const reachable = Type.Boolean({ description: 'whether the server let us in and answered' });
const error = nullable(
  closedObject({ code: Type.String({ description: 'stable; pgdba schema errors' }), message: Type.String() }),
);

const replicaCheckSchema = closedObject({
  host: Type.String({ description: 'as it was registered' }),
  reachable,
  role,
  matches: nullable(
    Type.Boolean({
      description: 'same system identifier as the cluster; null when one of them cannot tell it',
    }),
  ),
  error,
});

const clusterCheckSchema = closedObject({
  name: Type.String(),
  reachable,
  role,
  server_version_num: nullable(Type.Integer({ description: 'e.g. 170010' })),
  managed_by: nullable(oneOf(MANAGERS, 'by signs that can be read over SQL')),
  fingerprint: nullable(Type.String({ pattern: FINGERPRINT, description: 'of the server that answered' })),
  tier: nullable(oneOf(TIERS, 'what fingerprint was made of')),
  recorded_fingerprint: nullable(
    Type.String({ pattern: FINGERPRINT, description: 'what the registry held before this check' }),
  ),
  matches: nullable(
    Type.Boolean({ description: 'null when nothing was recorded, or a fingerprint of another tier' }),
  ),
  pinned: Type.Boolean({ description: 'whether this check recorded the fingerprint' }),
  replicas: Type.Array(replicaCheckSchema),
  error,
  duration_ms: Type.Number({ description: 'milliseconds' }),
});

export const clusterCheckData = closedObject({ clusters: Type.Array(clusterCheckSchema) });

export type ClustersFile = Static<typeof clustersFileSchema>;
export type ClusterEntry = Static<typeof clusterEntrySchema>;
export type RegisteredCluster = Static<typeof namedClusterSchema>;
export type ClusterCheck = Static<typeof clusterCheckSchema>;
export type ReplicaCheck = Static<typeof replicaCheckSchema>;
