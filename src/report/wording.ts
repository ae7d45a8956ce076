import type { Finding } from '../check/checkData.js';

/** One line about a finding: what is wrong with what, and the numbers. */
export function findingLine({ title, object, evidence }: Finding): string {
  const numbers = Object.entries(evidence)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${shortened(value)}`);
  const about = `${title}: ${object.type} ${object.name}`;
  return numbers.length === 0 ? about : `${about} (${numbers.join(', ')})`;
}

const MOST_CHARACTERS = 80;

function shortened(value: Finding['evidence'][string]): string {
  const text = typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(4) : String(value);
  const line = text.replace(/\s+/g, ' ');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}

/** What to do about a finding: the advice, and its statements when it has some. */
export function remedyText({ remediation: { text, sql } }: Finding): string {
  return sql === null ? text : `${text}\n${sql}`;
}
