import { yamlText } from './yamlText.js';
import { isListQuoted, listKind, splitList } from '../../core/setting/lists.js';
import type { Document, PlanFormat, PlannedSetting } from './format.js';

/**
 * A playbook of community.postgresql: a task per parameter, and a reload once something changed. The module writes one
 * literal per parameter, so that a list that PostgreSQL quotes item by item cannot be handed to it.
 */
export const ansible: PlanFormat = {
  id: 'ansible',
  how: 'ansible-playbook -i INVENTORY pgdba.yml',
  unfit: ({ name, value }, major) => {
    const items = value !== null && isListQuoted(name, major) ? splitList(value, listKind(name)) : null;
    return items !== null && items.length > 1 ? 'the module would write the list as one quoted name' : null;
  },
  render: (planned): Document[] => {
    const play = {
      name: 'Settings of PostgreSQL',
      hosts: 'all',
      become: true,
      become_user: 'postgres',
      tasks: planned.map(task),
      handlers: [
        {
          name: 'Reload PostgreSQL',
          'community.postgresql.postgresql_query': { query: 'SELECT pg_catalog.pg_reload_conf()' },
        },
      ],
    };
    return [{ file: 'pgdba.yml', text: yamlText([play]) }];
  },
};

function task({ name, value, context }: PlannedSetting): object {
  const argument = value === null ? { name, reset: true } : { name, value };
  return {
    name: `Set ${name}${context === 'postmaster' ? ', in force after a restart' : ''}`,
    'community.postgresql.postgresql_set': argument,
    notify: 'Reload PostgreSQL',
  };
}
