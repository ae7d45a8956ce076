import { parse } from 'yaml';
import { asError, PgdbaError } from '../core/errors.js';
import { closedObject, oneOf, openObject, Type, type Static } from '../core/schema.js';
import { validateThresholdsFile } from '../generated/validateThresholdsFile.js';
import type { ThresholdValues } from './evaluate.js';
import { SEVERITIES, type CheckRule, type Severity } from './rule.js';

/** What a thresholds file (check.yml) may say. */
export const thresholdsFileSchema = closedObject(
  {
    schema: oneOf(['pgdba.check/1'], 'version of this file'),
    rules: Type.Optional(
      openObject(
        'by rule id',
        closedObject({
          enabled: Type.Optional(Type.Boolean({ description: 'false leaves the rule out' })),
          severity: Type.Optional(oneOf(SEVERITIES, 'no finding of the rule is worse than this')),
          thresholds: Type.Optional(openObject('by name, as docs/checks.md has them', Type.Number())),
          ignore: Type.Optional(
            Type.Array(Type.String({ minLength: 1 }), {
              description: 'objects that are not reported; * stands for any text',
            }),
          ),
        }),
      ),
    ),
  },
  'thresholds and exceptions of pgdba check',
);
type ThresholdsFile = Static<typeof thresholdsFileSchema>;

/** Which rules run, and how what they find is shown. */
export interface RuleOptions {
  readonly rules: readonly CheckRule[];
  readonly thresholds: ThresholdValues;
  readonly leastSeverity: Severity;
  readonly isIgnored: (rule: string, object: string) => boolean;
  readonly severityOf: (rule: CheckRule, severity: Severity) => Severity;
}

interface Wish {
  /** Ids or families of --rules; null = all. */
  readonly only: readonly string[] | null;
  readonly exclude: readonly string[];
  readonly leastSeverity: Severity;
  /** Text of check.yml; null without one. */
  readonly file: string | null;
}

/**
 * What flags and thresholds file together ask for.
 * @throws PgdbaError `usage` for a rule that does not exist; `invalid_input` for a file that does not fit
 */
export function ruleOptions(all: readonly CheckRule[], wish: Wish): RuleOptions {
  const file = wish.file === null ? { schema: 'pgdba.check/1' as const } : parseThresholds(wish.file, all);
  const byRule = file.rules ?? {};
  const named = new Set((wish.only ?? []).flatMap((word) => idsOf(word, all)));
  const excluded = new Set(wish.exclude.flatMap((word) => idsOf(word, all)));
  const wanted = ({ id }: CheckRule): boolean =>
    (wish.only === null ? byRule[id]?.enabled !== false : named.has(id)) && !excluded.has(id);
  return {
    rules: all.filter(wanted),
    thresholds: Object.fromEntries(
      Object.entries(byRule).map(([id, { thresholds = {} }]) => [id, thresholds]),
    ),
    leastSeverity: wish.leastSeverity,
    isIgnored: (rule, object) => (byRule[rule]?.ignore ?? []).some((pattern) => matches(pattern, object)),
    severityOf: ({ id }, severity) => {
      const most = byRule[id]?.severity ?? severity;
      return SEVERITIES.indexOf(most) < SEVERITIES.indexOf(severity) ? most : severity;
    },
  };
}

/** A rule's id, or the ids of a whole family. */
function idsOf(word: string, all: readonly CheckRule[]): string[] {
  const ids = all.filter(({ id, family }) => id === word || family === word).map(({ id }) => id);
  if (ids.length > 0) return ids;
  throw new PgdbaError('usage', `there is no rule and no family of rules "${word}"`, {
    hint: 'pgdba schema checks lists them.',
  });
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

function parseThresholds(text: string, all: readonly CheckRule[]): ThresholdsFile {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw invalid(`it is not YAML: ${asError(error).message.split('\n')[0] ?? ''}`, error);
  }
  if (!isThresholdsFile(document)) {
    const [first] = validateThresholdsFile.errors ?? [];
    throw invalid(`${first?.instancePath ?? ''} ${first?.message ?? 'does not fit'}`.trim());
  }
  for (const [id, { thresholds = {} }] of Object.entries(document.rules ?? {})) {
    const rule = all.find((one) => one.id === id);
    if (rule === undefined) throw invalid(`there is no rule ${id}`);
    const unknown = Object.keys(thresholds).find((name) => rule.thresholds[name] === undefined);
    if (unknown !== undefined) throw invalid(`rule ${id} has no threshold ${unknown}`);
  }
  return document;
}

function isThresholdsFile(document: unknown): document is ThresholdsFile {
  return validateThresholdsFile(document);
}

function invalid(what: string, cause?: unknown): PgdbaError {
  return new PgdbaError('invalid_input', `the thresholds file: ${what}`, {
    hint: 'docs/checks.md shows one.',
    ...(cause === undefined ? {} : { cause }),
  });
}
