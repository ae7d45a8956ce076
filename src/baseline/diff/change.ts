import { pgSettings } from '../../inspect/sections/pg_settings.js';
import type { Change } from '../diffData.js';
import type { Slim } from '../slim.js';
import type { Candidate } from './candidate.js';
import { etaOf } from './limits.js';
import { rowObject } from './rowObject.js';
import { judge, type Judged, type Values } from './spread.js';
import { cutText } from './texts.js';
import { factorOf, whyOf } from './why.js';

/** What turns a candidate into a change. */
export interface Judging {
  readonly values: Values;
  /** The later baseline. */
  readonly slim: Slim;
  readonly elapsedMs: number;
  /** Text of a query’s row; null of others. */
  readonly textOf: (candidate: Candidate) => string | null;
  /** Who changed a setting. */
  readonly by: (name: string) => Change['by'];
}

const DAY_MS = 86_400_000;

/** The change as it is told. */
export function changeOf(candidate: Candidate, judging: Judging): Change {
  const { metric, row, before, after, effect } = candidate;
  const { slim, elapsedMs } = judging;
  const told = rowObject(metric, row, slim.database);
  const judged = judge(candidate, judging.values.get(candidate) ?? [], {
    at: Date.parse(slim.collectedAt),
    days: elapsedMs / DAY_MS,
  });
  const numbers = typeof before === 'number' && typeof after === 'number' ? ([before, after] as const) : null;
  const text = judging.textOf(candidate);
  const isSetting = metric.source.kind === 'view' && metric.source.section.id === pgSettings.id;
  return {
    section: metric.group,
    ...told,
    metric: metric.id,
    unit: unitOf(candidate),
    before,
    after,
    change: numbers === null ? null : numbers[1] - numbers[0],
    factor: numbers === null ? null : factorOf(...numbers),
    ...judged.told,
    effect,
    regression: isRegression(candidate, judged),
    text: text === null ? null : cutText(text),
    why: whyOf(candidate, { object: told.object, ...judged.told }),
    by: isSetting ? judging.by(told.object) : null,
    eta: numbers === null || metric.grows !== true ? null : etaOf(metric, row, numbers, { slim, elapsedMs }),
  };
}

/** What goes the wrong way, back from somewhere better to what is usual, is none. */
function isRegression({ metric, effect }: Candidate, { told: { unusual }, isOnWorseSide }: Judged): boolean {
  if (effect !== 'worse' || !isOnWorseSide) return false;
  return metric.regression === 'unusual' ? unusual === true : unusual !== false;
}

function unitOf({ metric, row }: Candidate): string | null {
  const { value, unit } = metric;
  const own = value.kind === 'state' && value.unit !== undefined ? row[value.unit] : unit;
  return typeof own === 'string' ? own : null;
}

/** Regressions first, then the unusual, then by how many times the least that matters a change is. */
export function worstFirst(weigh: (change: Change) => number): (a: Change, b: Change) => number {
  const rank = ({ regression, unusual, effect }: Change): number =>
    Number(regression) * 4 + Number(unusual === true) * 2 + Number(effect === 'worse' && unusual !== false);
  return (a, b) => rank(b) - rank(a) || weigh(b) - weigh(a) || (nameOf(a) < nameOf(b) ? -1 : 1);
}

function nameOf({ section, object_type, object, metric }: Change): string {
  return JSON.stringify([section, object_type, object, metric]);
}
