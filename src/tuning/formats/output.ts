import type { Settings } from '../../core/setting/spec.js';
import { closedObject, oneOf, Type, type Static } from '../../core/schema.js';
import type { ChangeSet } from '../changeset/changeSet.js';
import { jsonText, type PlannedSetting } from './format.js';
import { loadFormat, PLAN_FORMATS, type PlanFormatId } from './registry.js';

export const planOutputSchema = closedObject(
  {
    format: oneOf(PLAN_FORMATS, '--as, or what the manager of the server takes'),
    how: Type.String({ description: 'what takes the documents, as a command' }),
    documents: Type.Array(
      closedObject({
        file: Type.String({ description: 'a name for the file' }),
        text: Type.String({ description: 'its content' }),
      }),
    ),
    left_out: Type.Array(
      closedObject({
        parameter: Type.String(),
        reason: Type.String({ description: 'why the target would not take it' }),
      }),
    ),
  },
  'the plan in the shape that its target takes',
);
export type PlanOutput = Static<typeof planOutputSchema>;

/** The parameters of a changeset, with what the target has to know of each. */
export function plannedSettings({ parameters }: ChangeSet, settings: Settings): PlannedSetting[] {
  return parameters.flatMap(({ name, new_value }) => {
    const spec = settings.get(name.toLowerCase());
    return spec === undefined ? [] : [{ name, value: new_value, spec, context: spec.context }];
  });
}

/** The plan as documents of that format. */
export async function planOutput(
  id: PlanFormatId,
  changeSet: ChangeSet,
  planned: readonly PlannedSetting[],
  major: number,
): Promise<PlanOutput> {
  const format = await loadFormat(id);
  if (format === undefined) {
    const document = { file: 'changeset.json', text: jsonText(changeSet) };
    return {
      format: id,
      how: 'pgdba config apply --file changeset.json',
      documents: [document],
      left_out: [],
    };
  }
  const judged = planned.map((one) => ({ one, reason: format.unfit(one, major) }));
  const fit = judged.filter(({ reason }) => reason === null).map(({ one }) => one);
  return {
    format: id,
    how: format.how,
    documents: fit.length === 0 ? [] : [...format.render(fit, major)],
    left_out: judged.flatMap(({ one, reason }) => (reason === null ? [] : [{ parameter: one.name, reason }])),
  };
}
