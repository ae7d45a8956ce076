import { PgdbaError } from '../../core/errors.js';
import { judgeChange } from '../changeset/judgeChange.js';
import type { Request } from '../changeset/changeSet.js';
import type { GuardFinding, PlannedChange } from '../changeset/guards/guard.js';
import { concernsSharedMemory } from '../changeset/guards/sharedMemory.js';
import { masksOf } from '../masks.js';
import { DCS_ONLY } from '../../patroni/ownParameters.js';
import type { ClusterLook, MetMember } from './clusterLook.js';

interface JudgeWish {
  readonly request: Request;
  /** RAM that the caller says, or that was found out; null when it is not known. */
  readonly ramBytes: (server: MetMember['server']) => Promise<number | null>;
}

/**
 * What speaks against the values on any member: names, types, ranges, and whether it would start again. Told once where
 * all say the same, else with the member's name.
 * @throws PgdbaError what a server or the network said
 */
export async function judgeMembers({ members }: ClusterLook, wish: JudgeWish): Promise<GuardFinding[]> {
  const judged = await Promise.all(
    members.flatMap(({ listed, met }) =>
      met instanceof PgdbaError
        ? []
        : [judgeMember(met, wish).then((found) => ({ member: listed.name, found }))],
    ),
  );
  const sayers = new Map<string, { readonly finding: GuardFinding; readonly members: string[] }>();
  for (const { member, found } of judged) {
    for (const finding of found) {
      const id = JSON.stringify(finding);
      const known = sayers.get(id) ?? { finding, members: [] };
      known.members.push(member);
      sayers.set(id, known);
    }
  }
  return [...sayers.values()].map(({ finding, members: who }) =>
    who.length === judged.length
      ? finding
      : { ...finding, message: `on ${who.join(', ')}: ${finding.message}` },
  );
}

async function judgeMember(met: MetMember, { request, ramBytes }: JudgeWish): Promise<GuardFinding[]> {
  const { server } = met;
  const { findings } = await judgeChange({
    server,
    configuration: withoutReset(met, request),
    request,
    changes: changesOn(met, request),
    options: {
      via: 'patroni',
      dcs: null,
      ramBytes: concernsSharedMemory(request.changes) ? await ramBytes(server) : null,
    },
  });
  return [...findings];
}

/** Where the key goes, the entry that Patroni writes for it goes as well. */
function withoutReset({ configuration }: MetMember, { changes }: Request): MetMember['configuration'] {
  const gone = new Set(
    changes.flatMap(({ name, new_value }) => (new_value === null ? [name.toLowerCase()] : [])),
  );
  const file = configuration.settings.get('config_file')?.setting;
  const entries = configuration.fileEntries?.filter(
    ({ name, sourcefile }) => sourcefile !== file || !gone.has(name?.toLowerCase() ?? ''),
  );
  return { ...configuration, fileEntries: entries ?? null };
}

/** As the guards see them: a key that goes leaves what Patroni runs with of its own, where it has that. */
function changesOn({ configuration }: MetMember, { changes }: Request): PlannedChange[] {
  return changes.map(({ name, new_value }) => {
    const key = name.toLowerCase();
    const spec = configuration.settings.get(key) ?? null;
    return {
      name: spec?.name ?? name,
      key,
      spec,
      newValue: new_value ?? DCS_ONLY.get(key)?.fallback ?? null,
      oldLine: null,
      override: 'not_managed',
      overriddenBy: null,
      masks: masksOf(configuration, name).filter(({ level }) => level !== 'command_line'),
    };
  });
}
