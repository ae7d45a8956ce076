import type { Rule } from '../../rule.js';
import { inForce } from '../inForce.js';

/** From here on the next burst is turned away (postgresqltuner warns at 70 %, and again at 90). */
const NEARLY_FULL_RATIO = 0.8;
const RAISE = 1.5;

/** The caller's own number, --connections, goes before. */
export const measuredConnections: Rule = {
  id: 'measured.connections',
  title: 'Room for the connections that are really there',
  parameters: ['max_connections'],
  reference: 'https://github.com/jfcoz/postgresqltuner, "connection usage"',
  propose: (situation) => {
    const peak = situation.evidence?.connections_peak ?? null;
    const max = inForce(situation, 'max_connections');
    if (situation.connections !== null || peak === null || max === null) return [];
    const reserved =
      (inForce(situation, 'superuser_reserved_connections') ?? 0) +
      (inForce(situation, 'reserved_connections') ?? 0);
    if (peak < NEARLY_FULL_RATIO * (max - reserved)) return [];
    return [
      {
        parameter: 'max_connections',
        value: String(Math.ceil((max * RAISE) / 10) * 10),
        confidence: 'medium',
        rationale:
          'Four of five connections are taken. More are a stopgap: a pooler in front serves as many clients with fewer. A restart is needed; standbys must have at least as many first.',
        source: 'measured',
        evidence: { connections_peak: Math.ceil(peak), in_force: max, reserved },
      },
    ];
  },
};
