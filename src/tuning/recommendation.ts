import { closedObject, nullable, oneOf, openObject, Type, type Static } from '../core/schema.js';
import { CONTEXTS } from '../core/setting/spec.js';
import { maskSchema, PATRONI_OVERRIDES } from './changeset/changeSet.js';
import { CONFIDENCES, RULE_SOURCES, type Proposal } from './rule.js';

const overrideSchema = closedObject(
  {
    patroni_override: oneOf(PATRONI_OVERRIDES, 'whether a cluster manager beats the change'),
    masked_by: Type.Array(maskSchema, { description: 'who would not see the change' }),
  },
  'which level of the configuration would beat the change',
);

/** A recommended setting, and why. */
export const recommendationSchema = closedObject({
  parameter: Type.String({ description: 'name as PostgreSQL writes it' }),
  current: Type.String({ description: 'value in force, as SHOW prints it; of a planned server the default' }),
  recommended: Type.String({ description: 'value as PostgreSQL reads it: 16GB, 47782kB, 1.1, off' }),
  unit: nullable(
    Type.String({ description: 'base unit, as in pg_settings; null for plain numbers and words' }),
  ),
  confidence: oneOf(CONFIDENCES, 'how sure it is to help'),
  rationale: Type.String({ description: 'why this value on this server' }),
  source: oneOf(
    RULE_SOURCES,
    'pgtune: PGTune’s formula; pgdba: where today’s knowledge differs; measured: what the server’s statistics show',
  ),
  context: oneOf(CONTEXTS, 'when it can be changed'),
  needs_restart: Type.Boolean({ description: 'whether the value waits for a restart' }),
  evidence: openObject('the numbers looked at, by name with unit; no_evidence says what was not known'),
  override: overrideSchema,
});
export type Recommendation = Omit<Static<typeof recommendationSchema>, 'evidence'> & {
  readonly evidence: Proposal['evidence'];
};

/** A proposal that was left out. */
export const refusedProposalSchema = closedObject({
  parameter: Type.String(),
  value: Type.String({ description: 'what a rule proposed' }),
  reason: Type.String({ description: 'why it is not recommended' }),
  code: Type.String({ description: 'stable; pgdba schema errors' }),
});
export type RefusedProposal = Static<typeof refusedProposalSchema>;
