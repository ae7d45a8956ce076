import type { GuardFinding } from '../changeset/guards/guard.js';
import { MEMBER_RULES } from './lintMembers.js';
import { OWN_RULES } from './lintOwn.js';
import type { LintContext, LintRule } from './lintRule.js';
import { STATE_RULES } from './lintState.js';

/**
 * Every rule, in the order in which their findings are told. What PostgreSQL itself knows (names, types, ranges, words)
 * is judged on every member before: Patroni drops such values, or puts a limit in their place.
 */
export const LINT_RULES: readonly LintRule[] = [...STATE_RULES, ...OWN_RULES, ...MEMBER_RULES];

/** What the rules have to say of a PATCH before it is sent. */
export function lint(context: LintContext): GuardFinding[] {
  return LINT_RULES.flatMap(({ check }) => check(context));
}
