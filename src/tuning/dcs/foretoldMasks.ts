import { PgdbaError } from '../../core/errors.js';
import type { DcsChange } from '../changeset/dcsChange.js';
import type { ClusterLook } from './clusterLook.js';
import { maskAt } from './lintMembers.js';

/** Tells of what another level was seen to beat the DCS, before anything was sent: that member keeps its value. */
export function foretoldMasks(
  { members }: ClusterLook,
  { keys }: DcsChange,
): (member: string, parameter: string) => boolean {
  const masked = new Set(
    members.flatMap(({ listed, met }) =>
      met instanceof PgdbaError
        ? []
        : keys
            .filter((dcs) => maskAt({ key: dcs.name.toLowerCase(), dcs }, met) !== null)
            .map(({ name }) => `${listed.name}/${name.toLowerCase()}`),
    ),
  );
  return (member, parameter) => masked.has(`${member}/${parameter.toLowerCase()}`);
}
