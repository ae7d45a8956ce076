import type { Chosen, Proposal, Rule } from '../../rule.js';
import type { Situation } from '../../situation.js';
import { agreedSource, pgtuneValue } from '../ofPgtune.js';
import { MB } from '../sizes.js';

/** A single look is no peak: half as many again are left above what was seen. */
const HEADROOM = 1.5;

/**
 * On a live server the number is the owner's: it is raised when asked for, lowered only when asked for and never near
 * what is used; what the statistics say is measured.connections.
 */
export const maxConnections: Rule = {
  id: 'connections.max_connections',
  title: 'As many connections as asked for, and never fewer than are used',
  parameters: ['max_connections'],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS',
  propose: (situation, chosen) =>
    situation.evidence === null ? planned(situation, chosen) : asked(situation, chosen),
};

/** A session takes some MB and sorts besides; RDS allows one for each 9MB, timescaledb-tune for each 40 to 80MB. */
const RAM_PER_CONNECTION = 24 * MB;
const LEAST = 20;

function planned(situation: Situation, chosen: Chosen): readonly Proposal[] {
  const { connections, workload, host } = situation;
  if (connections !== null) return [plannedLine(connections, 'high', 'As many as were asked for.', 'pgdba')];
  const ofPgtune = pgtuneValue(situation, chosen, 'max_connections');
  if (ofPgtune === null || host.ramBytes === null) return [];
  const most = Math.max(LEAST, Math.floor(host.ramBytes / RAM_PER_CONNECTION));
  const count = Math.min(Number(ofPgtune), most);
  const rationale = `What a ${workload} workload usually needs, as far as RAM goes; say how many with --connections, and put a pooler in front of more.`;
  return [plannedLine(count, 'low', rationale, agreedSource(String(count), ofPgtune))];
}

function plannedLine(
  count: number,
  confidence: Proposal['confidence'],
  rationale: string,
  source: Proposal['source'],
): Proposal {
  const wasAsked = confidence === 'high';
  return {
    ...{ parameter: 'max_connections', value: String(count), confidence, rationale, source },
    evidence: wasAsked ? { asked_for: count } : { no_evidence: 'no server, so no statistics' },
  };
}

function asked({ connections, evidence }: Situation, chosen: Chosen): readonly Proposal[] {
  const current = chosen.numberOf('max_connections');
  if (connections === null || current === null || connections === current) return [];
  const peak = evidence?.connections_peak ?? null;
  const found = { asked_for: connections, in_force: current, connections_peak: peak };
  const common = { parameter: 'max_connections', source: 'pgdba', evidence: found } as const;
  if (connections > current) {
    const rationale =
      'As many as were asked for. A restart is needed; standbys must have at least as many first.';
    return [{ ...common, value: String(connections), confidence: 'high', rationale }];
  }
  if (peak === null) return [];
  const reserved =
    (chosen.numberOf('superuser_reserved_connections') ?? 0) + (chosen.numberOf('reserved_connections') ?? 0);
  const least = Math.ceil(peak * HEADROOM) + reserved;
  const value = Math.max(connections, least);
  if (value >= current) return [];
  const rationale =
    'Fewer were asked for, and far fewer are in use now. The primary must be lowered and restarted before its standbys.';
  return [{ ...common, value: String(value), confidence: 'low', rationale }];
}
