import { PgdbaError } from '../core/errors.js';
import { leads, type RestartMember, type RestartSight } from './restartSight.js';
import { wholeNumber } from './statusMember.js';

/** What is said of a member that is behind. */
interface Behind {
  readonly member: string;
  readonly message: string;
}

/** The member that is restarted next, and how far who may be behind meanwhile. */
export interface LagLimits {
  readonly step: { readonly member: string };
  /** The most WAL that another replica may be behind. */
  readonly maxLagBytes: number;
  /** What the member must have replayed; null when nothing. */
  readonly replayTo: bigint | null;
}

/**
 * The one that is restarted may be behind: nobody relies on it meanwhile. /cluster is up to a loop behind and knows what
 * was received; SQL is of this moment and knows what was replayed. The worse of both counts.
 */
export function lagsOf({ members }: RestartSight, { step, maxLagBytes }: LagLimits): readonly Behind[] {
  const end = positionOf(members.find(leads));
  return members
    .filter((one) => !leads(one) && one.listed.name !== step.member)
    .flatMap((member) => {
      const { name, lag: told } = member.listed;
      const here = positionOf(member);
      const received = wholeNumber(told);
      const replayed = end === null || here === null ? 0 : Number(end - here);
      if (received !== null && Math.max(received, replayed) <= maxLagBytes) return [];
      const words =
        received === null ? 'nobody knows how much' : `${String(Math.max(received, replayed))} bytes of`;
      return [{ member: name, message: `it lacks ${words} WAL; ${String(maxLagBytes)} bytes are the most` }];
    });
}

function positionOf(member: RestartMember | undefined): bigint | null {
  return member === undefined || member.sql instanceof PgdbaError ? null : member.sql.walPosition;
}

/** Whether the member has replayed all that it must have before its turn. */
export function replayOf({ members }: RestartSight, { step, replayTo }: LagLimits): readonly Behind[] {
  const member = members.find(({ listed }) => listed.name === step.member);
  if (replayTo === null || member === undefined || member.sql instanceof PgdbaError) return [];
  const { walPosition } = member.sql;
  if (walPosition !== null && walPosition >= replayTo) return [];
  const missing = walPosition === null ? 'nobody knows how much' : `${String(replayTo - walPosition)} bytes`;
  return [
    {
      member: step.member,
      message: `it has not replayed what the leader wrote after its restart (${missing} to go)`,
    },
  ];
}
