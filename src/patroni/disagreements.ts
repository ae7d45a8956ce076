import { PgdbaError } from '../core/errors.js';
import type { ClusterView } from './answers.js';
import { endpointOf } from './endpoint.js';
import type { NodeSight } from './look.js';
import type { Disagreement, MemberSql } from './statusData.js';
import { wholeNumber } from './statusMember.js';

/** One member as each source tells it. */
export interface MemberSources extends NodeSight {
  readonly sql: MemberSql | null;
}

type Sayings = Readonly<Record<'cluster' | 'patroni' | 'sql', string | null>>;

/** Something that more than one source tells. */
interface Facet {
  readonly about: Disagreement['about'];
  /** What each source says, in words that can be compared; null where it says nothing. */
  readonly said: (member: MemberSources, view: ClusterView | null) => Sayings;
  readonly usually: string;
}

const LEADS = new Set(['leader', 'standby_leader', 'master', 'primary', 'promoted']);
const RUNS = new Set(['running', 'streaming', 'in archive recovery']);

const FACETS: readonly Facet[] = [
  {
    about: 'role',
    said: (member) => ({
      cluster: leads(member.listed?.role),
      patroni: leads(ownOf(member)?.role),
      sql: rolePerSql(member),
    }),
    usually: 'A switchover or failover is under way; look again after some loops of Patroni.',
  },
  {
    about: 'state',
    said: (member) => {
      const own = ownOf(member);
      const cluster = member.listed === null ? null : stateWord(member.listed.state);
      const silent = cluster === 'running' && own === null ? 'does not answer' : null;
      return { cluster, patroni: own === null ? silent : stateWord(own.state), sql: null };
    },
    usually: '/cluster is up to one loop of Patroni behind, and up to the ttl where a node died.',
  },
  {
    about: 'timeline',
    said: (member) => ({
      cluster: textOf(wholeNumber(member.listed?.timeline)),
      patroni: textOf(ownOf(member)?.timeline),
      sql: textOf(member.sql?.timeline),
    }),
    usually: 'A new leader has begun another timeline and the member has not followed yet.',
  },
  {
    about: 'pending_restart',
    said: (member) => ({
      cluster: member.listed === null ? null : yesNo(member.listed.pending_restart === true),
      patroni: yesNo(ownOf(member) === null ? null : ownOf(member)?.pending_restart === true),
      sql: yesNo(member.sql?.pending_restart == null ? null : member.sql.pending_restart.length > 0),
    }),
    usually:
      '/cluster is one loop of Patroni behind; Patroni does not see what ALTER SYSTEM left waiting, nor PostgreSQL what ' +
      'Patroni will put on the command line.',
  },
  {
    about: 'pause',
    said: (member, view) => ({
      cluster: view === null ? null : yesNo(view.pause === true),
      patroni: yesNo(ownOf(member) === null ? null : ownOf(member)?.pause === true),
      sql: null,
    }),
    usually: 'The pause was just begun or ended, and the member has not heard of it.',
  },
  {
    about: 'scope',
    said: (member, view) => ({
      cluster: view?.scope ?? null,
      patroni: ownOf(member)?.patroni.scope ?? null,
      sql: null,
    }),
    usually: 'The api_url leads to a node of another cluster.',
  },
  {
    about: 'name',
    said: (member) => ({
      cluster: member.listed?.name ?? null,
      patroni: ownOf(member)?.patroni.name ?? null,
      sql: null,
    }),
    usually: 'The api_url of this member leads to another node.',
  },
  {
    about: 'version',
    said: (member) => ({
      cluster: null,
      patroni: textOf(ownOf(member)?.server_version),
      sql: textOf(member.sql?.server_version_num),
    }),
    usually: 'Host and port of this member lead to another server.',
  },
  {
    about: 'system_identifier',
    said: (member) => ({
      cluster: null,
      patroni: ownOf(member)?.database_system_identifier ?? null,
      sql: member.sql?.system_identifier ?? null,
    }),
    usually: 'Host and port of this member lead to a server of another cluster.',
  },
];

/** What the sources do not say alike, member by member. */
export function disagreementsOf(members: readonly MemberSources[], view: ClusterView | null): Disagreement[] {
  return members.flatMap((member) => FACETS.flatMap((facet) => disagreement(facet, member, view)));
}

const SOURCES = { cluster: '/cluster', patroni: 'its own /patroni', sql: 'SQL' } as const;

function disagreement(
  { about, said, usually }: Facet,
  member: MemberSources,
  view: ClusterView | null,
): Disagreement[] {
  const sayings = said(member, view);
  const known = new Set(Object.values(sayings).filter((one) => one !== null));
  if (known.size < 2) return [];
  const words = (['cluster', 'patroni', 'sql'] as const)
    .filter((source) => sayings[source] !== null)
    .map((source) => `${SOURCES[source]}: ${sayings[source] ?? ''}`);
  const name = nameOf(member);
  const message = `${name ?? 'a member'}, ${about}: ${words.join('; ')}. ${usually}`;
  return [{ member: name, about, ...sayings, message }];
}

function nameOf(member: MemberSources): string | null {
  const told = member.listed?.name ?? ownOf(member)?.patroni.name;
  return told ?? (member.url === null ? null : endpointOf(member.url).url);
}

function ownOf({ own }: NodeSight): Exclude<NodeSight['own'], PgdbaError> | null {
  return own instanceof PgdbaError ? null : own;
}

/** Whether it leads: a synchronous standby, and a leader that was demoted, are replicas like others. */
function leads(role: string | undefined): string | null {
  if (role === undefined) return null;
  return LEADS.has(role) ? 'leader' : 'replica';
}

/** The leader of a standby cluster is in recovery as its replicas are: SQL cannot tell them apart. */
function rolePerSql(member: MemberSources): string | null {
  const role = member.sql?.role ?? null;
  const isStandbyLeader = [member.listed?.role, ownOf(member)?.role].includes('standby_leader');
  if (role === null || (role === 'standby' && isStandbyLeader)) return null;
  return role === 'primary' ? 'leader' : 'replica';
}

function stateWord(state: string): string {
  return RUNS.has(state) ? 'running' : state;
}

function textOf(value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function yesNo(value: boolean | null): string | null {
  if (value === null) return null;
  return value ? 'yes' : 'no';
}
