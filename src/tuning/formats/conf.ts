import { printConfLine } from '../../core/setting/confFile.js';
import { takesAll, type PlanFormat } from './format.js';

/** Lines of a configuration file; a parameter that goes back to its default is a comment. */
export const conf: PlanFormat = {
  id: 'conf',
  how: 'put it into a folder that include_dir of postgresql.conf names, then reload or restart',
  unfit: takesAll,
  render: (planned) => {
    const lines = planned.map(({ name, value }) =>
      value === null ? `# ${name}: take its line out` : printConfLine(name, value),
    );
    return [{ file: 'pgdba.conf', text: `${lines.join('\n')}\n` }];
  },
};
