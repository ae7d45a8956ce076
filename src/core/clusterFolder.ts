import { join } from 'node:path';

/** Where pgdba keeps what it knows of one cluster: $PGDBA_HOME/snapshots/<fingerprint>. */
export function clusterFolder(home: string, fingerprint: string): string {
  return join(home, 'snapshots', fingerprint);
}
