import { maskSecrets } from '../../core/mask.js';
import { maskLiterals } from '../../core/maskLiterals.js';
import type { PlanDocument } from '../plan/planDocument.js';

/** Keys whose texts are expressions of the statement, which hold its literals. */
const EXPRESSIONS =
  /Cond|Filter|Output|Key|Function Call|Remote SQL|Sampling Parameters|Repeatable Seed|Order By|Window|Conflict/;

/** The plan without passwords; and without any literal of the statement, if asked. */
export function maskPlan(document: PlanDocument, redactLiterals: boolean): PlanDocument {
  return masked(document, '', redactLiterals) as PlanDocument;
}

/** A statement's text as it may be shown. */
export function maskText(text: string, redactLiterals: boolean): string {
  const safe = maskSecrets(text);
  return redactLiterals ? maskLiterals(safe) : safe;
}

function masked(value: unknown, key: string, redact: boolean): unknown {
  if (typeof value === 'string') return maskText(value, redact && EXPRESSIONS.test(key));
  if (Array.isArray(value)) return value.map((item) => masked(item, key, redact));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, masked(item, name, redact)]));
}
