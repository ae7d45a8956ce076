import { maskSetting } from '../../../core/mask.js';
import type { Guard, GuardContext } from './guard.js';

/** Whether the text of a parameter holds a secret. */
export function holdsSecret(name: string, text: string | null): boolean {
  return text !== null && maskSetting(name, text) !== text;
}

/** The journal must hold both lines to take a change back, and no file of pgdba may hold a secret. */
export const SECRET_GUARD: Guard = {
  id: 'secret',
  parameters: null,
  reference: 'docs/changesets.md',
  check: ({ changes }: GuardContext) =>
    changes.flatMap(({ name, oldLine, newValue, spec }) => {
      const holders = [
        ...(holdsSecret(name, newValue) ? ['the new value'] : []),
        ...(holdsSecret(name, oldLine) ? ['its line in postgresql.auto.conf'] : []),
        ...(holdsSecret(name, spec?.setting ?? null) ? ['the value in force'] : []),
      ];
      if (holders.length === 0) return [];
      const message = `${name}: ${holders.join(' and ')} holds a secret, which pgdba may not write into its journal`;
      return [{ severity: 'refuse', code: 'secret_value', parameter: name, message }];
    }),
};
