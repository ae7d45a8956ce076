import { closedObject, nullable, oneOf, openObject, Type, type Static } from '../core/schema.js';
import { CONTEXTS } from '../core/setting/spec.js';
import { LEVELS } from '../patroni/configData.js';
import { patroniSeenSchema } from '../patroni/seenData.js';
import { hostFactsSchema } from './host/hostFacts.js';
import { recommendationSchema, refusedProposalSchema } from './recommendation.js';
import { CONFIDENCES } from './rule.js';
import { PROFILES, WORKLOADS } from './situation.js';
import { RULE_SETS } from './tuneWish.js';

const text = (description: string): ReturnType<typeof nullable<ReturnType<typeof Type.String>>> =>
  nullable(Type.String({ description }));

const UNKNOWN_REASONS = [
  'no_such_parameter',
  'hidden',
  'masked',
  'no_such_parameter_there',
  'hidden_there',
  'set_by_session',
] as const;

const differenceSchema = closedObject({
  parameter: Type.String({ description: 'name as PostgreSQL writes it' }),
  current: Type.String({ description: 'value in force here, as SHOW prints it; secrets masked' }),
  other: Type.String({ description: 'value compared with, as SHOW prints it; secrets masked' }),
  recommended: text('the same as other against recommendations; else null'),
  unit: text('base unit, as in pg_settings; null for plain numbers and words'),
  masked: Type.Boolean({
    description: 'whether a secret is masked in the two values: they may look the same',
  }),
  confidence: nullable(oneOf(CONFIDENCES, 'of a recommendation: how sure it is to help')),
  rationale: Type.String({ description: 'why the line is here' }),
  source: Type.String({
    description:
      'where other comes from: pgtune, pgdba, measured (a rule), file, changeset, dcs, or pg_settings.source of the other ' +
      'server or of the saved answer',
  }),
  line: nullable(Type.Integer({ description: 'line of the file that other stands in' })),
  current_source: Type.String({ description: 'where current comes from: pg_settings.source' }),
  context: oneOf(CONTEXTS, 'when it can be changed'),
  needs_restart: Type.Boolean({ description: 'whether a change waits for a restart' }),
  pending: nullable(
    oneOf(['none', 'reload', 'restart'], 'what the configuration files here wait for; as in config show'),
  ),
  evidence: nullable(
    openObject(
      'of a recommendation: the numbers looked at, by name with unit; no_evidence says what was not known',
    ),
  ),
  override: recommendationSchema.properties.override,
  level: nullable(
    oneOf(
      LEVELS,
      'with Patroni: which level current comes from (docs/patroni.md); null without, and where it cannot be told',
    ),
  ),
  member: text('against members: whose value other is; else null'),
  reason: text('against the DCS: why its value is not in force here; else null'),
});

/** `data` of config diff. */
export const configDiffData = closedObject({
  against: closedObject(
    {
      kind: oneOf(
        ['recommendations', 'file', 'cluster', 'baseline', 'dcs', 'member', 'members'],
        'dcs, member, members: of the Patroni cluster that the server belongs to',
      ),
      name: Type.String({
        description:
          'workload and profile; the file, - for stdin; the name in the registry, or host and port of the server; the URL ' +
          'whose /config it is; the member; of members their number; the id or file of the baseline',
      }),
      workload: nullable(oneOf(WORKLOADS, 'what the recommendations are for; null for no recommendations')),
      profile: nullable(oneOf(PROFILES, 'of the recommendations')),
      rules: nullable(oneOf(RULE_SETS, 'whose rules recommend')),
      format: nullable(
        oneOf(['conf', 'changeset', 'show'], 'what the file turned out to be; null for no file'),
      ),
      server_version_num: nullable(
        Type.Integer({ description: 'of the other server, or of the baseline’s; null for no server' }),
      ),
    },
    'what the server is compared with',
  ),
  differences: Type.Array(differenceSchema),
  unknown: Type.Array(
    closedObject({
      parameter: Type.String(),
      reason: oneOf(
        UNKNOWN_REASONS,
        'no_such_parameter: this server has none of that name; hidden: it may have, but hides some from this role; ' +
          'masked: the saved value holds a masked secret, or is a pseudonym; …_there: the same of the other server; ' +
          'set_by_session: in the baseline it is that of pgdba’s own session',
      ),
      message: Type.String(),
    }),
    { description: 'what could not be compared' },
  ),
  invalid: Type.Array(
    closedObject({
      parameter: Type.String(),
      value: Type.String({ description: 'as it was given; secrets masked' }),
      line: nullable(Type.Integer({ description: 'line of the file' })),
      message: Type.String({ description: 'why PostgreSQL would refuse it' }),
      hint: text('what it would take'),
    }),
    { description: 'values of the file that this server would refuse' },
  ),
  refused: Type.Array(refusedProposalSchema, {
    description: 'against recommendations: what rules proposed and was left out',
  }),
  host: nullable(hostFactsSchema),
  left_out: Type.Array(Type.String(), {
    description: 'parameters that differ between servers by nature, not compared without --all',
  }),
  compared: Type.Integer({ description: 'parameters that were compared' }),
  patroni: nullable(patroniSeenSchema),
});

export type ConfigDiffData = Static<typeof configDiffData>;
/** What the server is compared with, as far as there is something to say. */
export type Against = ConfigDiffData['against'];
export type Difference = ConfigDiffData['differences'][number];
export type UnknownParameter = ConfigDiffData['unknown'][number];
export type InvalidValue = ConfigDiffData['invalid'][number];
