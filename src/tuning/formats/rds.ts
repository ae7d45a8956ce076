import { inBaseUnit } from './baseUnit.js';
import { jsonText, takesAll, type Document, type PlanFormat, type PlannedSetting } from './format.js';

/** ModifyDBParameterGroup takes no more at a time (Amazon RDS API Reference). */
const AT_A_TIME = 20;
const GROUP = 'YOUR-PARAMETER-GROUP';

/**
 * Input of `aws rds modify-db-parameter-group`, twenty parameters a document, and of reset-db-parameter-group. Values are
 * in base units and booleans are 0 or 1. What only a restart can change is static there, and is `pending-reboot`.
 */
export const rds: PlanFormat = {
  id: 'rds',
  how: 'aws rds modify-db-parameter-group --cli-input-json file://rds-modify-1.json (each document; reset-db-parameter-group for rds-reset-….json)',
  unfit: takesAll,
  render: (planned) => [
    ...documents(
      'rds-modify',
      planned.filter(({ value }) => value !== null),
      (one) => ({ ParameterName: one.name, ParameterValue: valueFor(one), ApplyMethod: methodFor(one) }),
    ),
    ...documents(
      'rds-reset',
      planned.filter(({ value }) => value === null),
      (one) => ({ ParameterName: one.name, ApplyMethod: methodFor(one) }),
    ),
  ],
};

function documents(
  file: string,
  planned: readonly PlannedSetting[],
  parameter: (one: PlannedSetting) => object,
): Document[] {
  const count = Math.ceil(planned.length / AT_A_TIME);
  return Array.from({ length: count }, (_unused, i) => ({
    file: `${file}-${String(i + 1)}.json`,
    text: jsonText({
      DBParameterGroupName: GROUP,
      Parameters: planned.slice(i * AT_A_TIME, (i + 1) * AT_A_TIME).map(parameter),
    }),
  }));
}

function valueFor(one: PlannedSetting): string {
  const value = inBaseUnit(one);
  if (one.spec.vartype !== 'bool') return value;
  return value === 'on' ? '1' : '0';
}

function methodFor({ context }: PlannedSetting): 'pending-reboot' | 'immediate' {
  return context === 'postmaster' ? 'pending-reboot' : 'immediate';
}
