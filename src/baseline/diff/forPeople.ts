import type { BaselineDiff, Change, Near } from '../diffData.js';
import { amount } from './amount.js';

/** The same as short tables: a sentence for each change, the worst first. */
export function diffForPeople(data: BaselineDiff): Record<string, unknown> {
  const { before, after, basis, spread, events, changes, limits, summary, truncated } = data;
  return {
    before: sideTold(before),
    after: sideTold(after),
    between: amount(data.interval_ms, 'ms'),
    rates_before: basis.message,
    usual: spread.message,
    regressions: summary.regressions,
    unusual: summary.unusual,
    ...(truncated === null
      ? {}
      : { shown: `${String(truncated.shown)} of ${String(truncated.total)} changes` }),
    events: events.map(({ kind, subject, before: was, after: is, message }) => ({
      event: subject === null || subject.length > 40 ? kind : `${kind}: ${subject}`,
      before: was,
      after: is,
      message,
    })),
    changes: changes.map(changeTold),
    limits: limits.map(limitTold),
    void: data.void.map(({ view, reason, rows, message }) => ({ view, reason, rows, message })),
  };
}

function sideTold({ id, label, collected_at, server_version_num, role }: BaselineDiff['before']): string {
  const name = label === null ? (id ?? '') : `${label} (${id ?? ''})`;
  return `${name} of ${collected_at}, ${role}, PostgreSQL ${String(Math.floor(server_version_num / 10_000))}`;
}

function changeTold({
  section,
  regression,
  unusual,
  effect,
  why,
  text,
  by,
  eta,
}: Change): Record<string, unknown> {
  const verdict = regression ? 'REGRESSION' : unusual === true ? `unusual, ${effect}` : effect;
  const more = [
    ...(by === null ? [] : [`By pgdba ${by.operation}, changeset ${by.changeset}, ${by.who ?? 'unknown'}.`]),
    ...(eta?.at === undefined || eta.at === null
      ? []
      : [`At this rate ${eta.meaning} about ${eta.at.slice(0, 10)}.`]),
    ...(text === null ? [] : [text]),
  ];
  return { verdict, section, change: [why, ...more].join(' ') };
}

function limitTold({
  object_type,
  object,
  metric,
  unit,
  value,
  limit,
  used_ratio,
  at,
}: Near): Record<string, unknown> {
  return {
    of: object_type === object ? object : `${object_type} ${object}`,
    metric,
    value: amount(value, unit),
    limit: amount(limit, unit),
    used: amount(used_ratio, 'ratio'),
    at: at?.slice(0, 10) ?? '',
  };
}
