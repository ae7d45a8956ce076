import { inBaseUnit } from './baseUnit.js';
import { jsonText, type PlanFormat } from './format.js';

/**
 * Body of a PUT to each configuration of a flexible server, a document per parameter. Values are in base units; null
 * values go back to the service's own default by the source `system-default`.
 */
export const azure: PlanFormat = {
  id: 'azure',
  how:
    'az rest --method put --uri .../flexibleServers/SERVER/configurations/PARAMETER?api-version=2022-12-01 --body @PARAMETER.json ' +
    '(each document); static parameters wait for az postgres flexible-server restart',
  unfit: () => null,
  render: (planned) =>
    planned.map((one) => ({
      file: `${one.name}.json`,
      text: jsonText({
        properties:
          one.value === null
            ? { source: 'system-default' }
            : { value: inBaseUnit(one), source: 'user-override' },
      }),
    })),
};
