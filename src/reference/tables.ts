import type { CheckRule } from '../check/rule.js';
import { ERROR_CODES, EXIT_CODES } from '../core/codes.js';
import { closedObject, oneOf, Type, type Static } from '../core/schema.js';
import type { Need, Section } from '../inspect/section.js';

export const errorRowSchema = closedObject({
  code: Type.String({ description: 'error.code of the envelope' }),
  exit: Type.Integer({ description: 'exit code of the process' }),
  retryable: Type.Boolean({ description: 'whether the same call may succeed later' }),
  meaning: Type.String(),
  hint: Type.String({ description: 'what to try next, unless the error itself knows better' }),
});

export const exitRowSchema = closedObject({ code: Type.Integer(), meaning: Type.String() });

export const sectionRowSchema = closedObject({
  id: Type.String({ description: 'as --sections takes it' }),
  title: Type.String(),
  scope: oneOf(['cluster', 'database'], 'database: sees the connected database only'),
  reads: oneOf(['catalog', 'statistics', 'live'], 'what moment the rows speak of'),
  since: Type.String({
    description: 'oldest version that has it: of PostgreSQL, or of the extension it reads',
  }),
  needs: Type.Array(Type.String(), { description: 'what it needs, and what happens without' }),
  order: Type.String({ description: 'in which order rows come' }),
});

/** Every error code, in the order of the table. */
export function errorRows(): Static<typeof errorRowSchema>[] {
  return Object.entries(ERROR_CODES).map(([code, entry]) => ({ code, ...entry }));
}

/** Every exit code, ascending. */
export function exitRows(): Static<typeof exitRowSchema>[] {
  return Object.entries(EXIT_CODES).map(([code, meaning]) => ({ code: Number(code), meaning }));
}

/** Every section of inspect, in the order of the registry. */
export function sectionRows(sections: readonly Section[]): Static<typeof sectionRowSchema>[] {
  return sections.map((section) => ({
    id: section.id,
    title: section.title,
    scope: section.scope,
    reads: section.reads,
    since: sinceText(section),
    needs: section.needs.map(needText),
    order: section.order,
  }));
}

function sinceText({ variants, versionedBy }: Section): string {
  const since = variants[0]?.since ?? 0;
  if (versionedBy === undefined) return `PostgreSQL ${String(since)}`;
  return `${versionedBy.extension} ${String(Math.floor(since / 1000))}.${String(since % 1000)}`;
}

const WITHOUT = { skipped: 'skipped', partial: 'partial', noted: 'ok with a note' } as const;

function needText(need: Need): string {
  const name = need.kind === 'superuser' || need.kind === 'select' ? need.name : `${need.kind} ${need.name}`;
  return `${name} (without it ${WITHOUT[need.without]}: ${need.loses})`;
}

export const checkRowSchema = closedObject({
  id: Type.String({ description: 'as --rules takes it' }),
  family: Type.String({ description: 'as --rules takes it, too' }),
  severity: Type.String({ description: 'the worst that it says' }),
  title: Type.String({ description: 'what is wrong when it finds something' }),
  reads: Type.Array(Type.String(), { description: 'sections that it cannot do without' }),
  versions: Type.String({ description: 'majors, and the role of the server, that it is for' }),
  thresholds: Type.Array(
    closedObject({ name: Type.String(), value: Type.Number(), unit: Type.String(), meaning: Type.String() }),
  ),
  about: Type.String(),
  source: Type.String({ description: 'what the rule and its thresholds rest on' }),
  remediation: Type.String(),
});

/** Every rule of check, by family, in the order of the registry. */
export function checkRows(rules: readonly CheckRule[]): Static<typeof checkRowSchema>[] {
  return rules.map((rule) => ({
    id: rule.id,
    family: rule.family,
    severity: rule.severity,
    title: rule.title,
    reads: rule.reads.map(({ id }) => id),
    versions: versionsText(rule),
    thresholds: Object.entries(rule.thresholds).map(([name, threshold]) => ({ name, ...threshold })),
    about: rule.about,
    source: rule.source,
    remediation: rule.remediation.text,
  }));
}

function versionsText({ since, until, only }: CheckRule): string {
  const majors = [
    since === undefined ? '' : `since ${String(since)}`,
    until === undefined ? '' : `until ${String(until)}`,
  ];
  const words = [...majors, only === undefined ? '' : `${only} only`].filter((word) => word !== '');
  return words.length === 0 ? 'all' : words.join(', ');
}
