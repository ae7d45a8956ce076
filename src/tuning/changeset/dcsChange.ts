import { closedObject, nullable, oneOf, scalar, Type, type Static } from '../../core/schema.js';

/**
 * What a look at a member proved of a parameter. `in_force`: a new session has the value; `pending_restart`: its file has
 * it and a restart brings it; `masked`: another level beats it there, as was known before; `not_in_force`: it has
 * another value; `unreachable`: nobody could look.
 */
const MEMBER_OUTCOMES = ['in_force', 'pending_restart', 'masked', 'not_in_force', 'unreachable'] as const;

const provenSchema = closedObject({
  name: Type.String({ description: 'parameter' }),
  value: nullable(
    Type.String({
      description: 'in force there, as SHOW prints it, secrets masked; null where it is not seen',
    }),
  ),
  outcome: nullable(
    oneOf(
      MEMBER_OUTCOMES,
      'in_force: a new session has the new value; pending_restart: a restart brings it; masked: another level beats it ' +
        'there, as was known before; not_in_force: another value, and reason says why; unreachable: nobody could look; ' +
        'null: not looked at yet',
    ),
  ),
  reason: nullable(Type.String({ description: 'why it is not in force, or what is odd' })),
});
export type ProvenParameter = Static<typeof provenSchema>;

const memberSchema = closedObject({
  name: Type.String(),
  role: Type.String({ description: 'as /cluster has it when the plan is made' }),
  host: nullable(Type.String()),
  port: nullable(Type.Integer()),
  api_url: nullable(Type.String({ description: 'of its Patroni' })),
  restored: nullable(
    Type.Boolean({
      description: 'after the change was taken back: whether it proved the old values; null when it was not',
    }),
  ),
  parameters: Type.Array(provenSchema),
});
export type ProvenMember = Static<typeof memberSchema>;

const keySchema = closedObject({
  name: Type.String({ description: 'key of postgresql.parameters, as it is written there' }),
  before: scalar('value in the DCS before the change, exactly; null = the key was absent'),
  after: scalar('value that it is for; null = the key goes'),
});

/** One key of postgresql.parameters and its two values; null = absent. */
export type DcsKey = Static<typeof keySchema>;
/** A value as the DCS holds it; null = absent. */
export type DcsValue = DcsKey['before'];

/** The part of a ChangeSet that only one through Patroni has. */
export const dcsChangeSchema = closedObject(
  {
    scope: nullable(Type.String({ description: 'name of the Patroni cluster' })),
    told_by: Type.String({ description: 'URL of the node whose /config the plan was made on' }),
    keys: Type.Array(keySchema, { description: 'in the order of parameters' }),
    members: Type.Array(memberSchema, { description: 'what each member proved, when it was last looked at' }),
  },
  'the change of the dynamic configuration; only with via patroni',
);
export type DcsChange = Static<typeof dcsChangeSchema>;
