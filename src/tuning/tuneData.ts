import { closedObject, nullable, oneOf, Type, type Static } from '../core/schema.js';
import { applyData } from './changeset/applyData.js';
import { changeSetSchema } from './changeset/changeSet.js';
import { planOutputSchema } from './formats/output.js';
import { hostFactsSchema } from './host/hostFacts.js';
import { memorySchema } from './memory.js';
import { recommendationSchema, refusedProposalSchema } from './recommendation.js';
import { DB_SIZES, PROFILES, WORKLOADS } from './situation.js';
import { RULE_SETS } from './tuneWish.js';

/** `data` of config tune. */
export const configTuneData = closedObject({
  workload: oneOf(WORKLOADS, 'what the server is tuned for'),
  profile: oneOf(PROFILES, 'remote-conservative: only what is safe not knowing the host'),
  rules: oneOf(RULE_SETS, 'whose rules answered'),
  db_size: oneOf(DB_SIZES, 'how the data compares with RAM, as it was said'),
  server_version: Type.Integer({ description: 'major of PostgreSQL that the answer is for' }),
  host: hostFactsSchema,
  recommendations: Type.Array(recommendationSchema),
  refused: Type.Array(refusedProposalSchema, { description: 'what rules proposed and was left out' }),
  memory: memorySchema,
  changeset: nullable(changeSetSchema),
  output: nullable(planOutputSchema),
  dry_run: nullable(
    Type.Boolean({
      description: 'with --apply: whether it was only planned; null: nothing was to be applied',
    }),
  ),
  changed: nullable(
    Type.Boolean({ description: 'with --apply: whether postgresql.auto.conf is another one than before' }),
  ),
  observation: applyData.properties.observation,
  pending_restart: nullable(applyData.properties.pending_restart),
  restart: applyData.properties.restart,
});
export type ConfigTuneData = Static<typeof configTuneData>;
