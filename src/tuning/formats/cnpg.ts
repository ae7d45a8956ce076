import { yamlText } from './yamlText.js';
import type { PlanFormat } from './format.js';

/** The part of a Cluster resource of CloudNativePG that holds the parameters; the operator rolls them out. */
export const cnpg: PlanFormat = {
  id: 'cnpg',
  how: 'kubectl patch cluster NAME --type merge --patch-file cnpg.yaml',
  unfit: ({ name, value }) => {
    if (value === null) return 'a parameter goes back to its default by taking its key out of the resource';
    return name === 'shared_preload_libraries'
      ? 'the resource has a list of its own for it: spec.postgresql.shared_preload_libraries'
      : null;
  },
  render: (planned) => {
    const parameters = Object.fromEntries(planned.map(({ name, value }) => [name, value ?? '']));
    return [{ file: 'cnpg.yaml', text: yamlText({ spec: { postgresql: { parameters } } }) }];
  },
};
