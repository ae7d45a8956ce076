import { closedObject, nullable, oneOf, openObject, scalar, Type, type Static } from '../core/schema.js';
import { REASONS } from '../inspect/section.js';
import { FAMILIES, OBJECT_TYPES, SEVERITIES } from './rule.js';

const severity = oneOf(SEVERITIES, 'critical: act now; warning: act soon; info: worth knowing');

const findingSchema = closedObject({
  id: Type.String({ description: 'stable: rule:object type:object name' }),
  rule: Type.String({ description: 'id of the rule; docs/checks.md describes each' }),
  family: oneOf(FAMILIES),
  severity,
  title: Type.String({ description: 'what is wrong' }),
  object: closedObject({
    type: oneOf(OBJECT_TYPES),
    name: Type.String({
      description:
        'as SQL writes it: qualified and quoted where needed; settings, slots, roles and databases bare',
    }),
  }),
  evidence: openObject('the numbers that were looked at, by name with unit', scalar('one of them')),
  threshold: nullable(
    closedObject(
      {
        name: Type.String({ description: 'as a thresholds file has it' }),
        value: Type.Number({ description: 'in force' }),
        unit: Type.String(),
        meaning: Type.String(),
      },
      'what was crossed; null for a rule without one',
    ),
  ),
  remediation: closedObject({
    text: Type.String({ description: 'what to do' }),
    sql: nullable(
      Type.String({ description: 'statements in order, one a line; null where SQL does not help' }),
    ),
  }),
  known: Type.Boolean({ description: 'whether the known-findings file has it' }),
});

const notEvaluatedSchema = closedObject({
  rule: Type.String(),
  reason: oneOf(REASONS, 'stable'),
  message: Type.String(),
  partly: Type.Boolean({ description: 'whether it was evaluated on what could be seen' }),
});

const count = (description: string): ReturnType<typeof Type.Integer> => Type.Integer({ description });

/** data of `check`. */
export const checkData = closedObject({
  checked_at: Type.String({
    description: 'when the snapshot was taken, by the server’s clock, ISO 8601 UTC',
  }),
  from: nullable(Type.String({ description: 'file of the snapshot; null for a live server' })),
  findings: Type.Array(findingSchema, { description: 'worst first, then by id' }),
  not_evaluated: Type.Array(notEvaluatedSchema, {
    description: 'rules that could not see what they need; they have not passed',
  }),
  passed: Type.Array(Type.String(), { description: 'rules that saw everything and found nothing' }),
  not_applicable: Type.Array(Type.String(), {
    description: 'rules for other versions, or another role of the server',
  }),
  summary: closedObject({
    worst: nullable(oneOf(SEVERITIES, 'of the findings that are not known; null when there are none')),
    critical: count('findings, known ones included'),
    warning: count('findings, known ones included'),
    info: count('findings, known ones included'),
    known: count('findings that the known-findings file has'),
    new: count('findings that it has not'),
    passed: count('rules'),
    not_evaluated: count('rules, those evaluated in part included'),
    not_applicable: count('rules'),
  }),
  known_file: nullable(
    closedObject({
      path: Type.String(),
      updated: Type.Boolean({ description: 'whether --update-known has written it' }),
      gone: Type.Array(Type.String(), { description: 'ids it has that were not found now' }),
    }),
  ),
  report: nullable(
    closedObject({
      format: Type.String(),
      path: nullable(Type.String({ description: 'file; null = stderr' })),
    }),
  ),
});
export type CheckData = Static<typeof checkData>;
export type Finding = CheckData['findings'][number];
