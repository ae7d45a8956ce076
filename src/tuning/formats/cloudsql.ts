import { inBaseUnit } from './baseUnit.js';
import { jsonText, type PlanFormat } from './format.js';

/** Body of Cloud SQL's instances.patch. Values are in base units. */
export const cloudsql: PlanFormat = {
  id: 'cloudsql',
  how:
    'PATCH https://sqladmin.googleapis.com/v1/projects/PROJECT/instances/INSTANCE with cloudsql.json; databaseFlags is ' +
    'replaced as a whole, so add the flags that the instance has already; some flags restart it',
  unfit: ({ value }) =>
    value === null ? 'a flag goes back to its default by leaving it out of databaseFlags' : null,
  render: (planned) => {
    const databaseFlags = planned.map((one) => ({ name: one.name, value: inBaseUnit(one) }));
    return [{ file: 'cloudsql.json', text: jsonText({ settings: { databaseFlags } }) }];
  },
};
