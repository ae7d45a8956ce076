import { parseSnapshot, type SavedSnapshot } from '../../../src/check/snapshotFile.js';
import { checkSnapshot, sectionsOf } from '../../../src/check/answer.js';
import type { Finding } from '../../../src/check/checkData.js';
import { ruleOptions } from '../../../src/check/options.js';
import { CHECK_RULES } from '../../../src/check/registry.js';
import type { CheckedHost } from '../../../src/check/rule.js';
import { adviceFor } from '../../../src/checkAdvice.js';
import { runCli } from '../runCli.js';
import { PROOFS } from './all.js';
import { existsOn, type Proof, type Scene } from './proof.js';
import type { Major } from '../majors.js';

const UNKNOWN_HOST: CheckedHost = { ramBytes: null, cpus: null, storage: null };

/** The proofs of a scene whose faults can exist on that major. */
export function proofsOf(scene: Scene, major: Major): Proof[] {
  return PROOFS.filter((proof) => proof.scene === scene && existsOn(proof, major));
}

type Judgement = ReturnType<typeof checkSnapshot>;

/** Text of the thresholds file that the proofs of a scene ask for. JSON is YAML. */
export function thresholdsOf(scene: Scene): string {
  const lowered = PROOFS.filter((proof) => proof.scene === scene && proof.thresholds !== undefined);
  const rules = Object.fromEntries(lowered.map(({ rule, thresholds }) => [rule, { thresholds }]));
  return JSON.stringify({ schema: 'pgdba.check/1', rules });
}

/** What `inspect` saves of a server. */
export async function snapshotOf(dsn: string): Promise<string> {
  const { stdout, exitCode } = await runCli(['inspect', '--limit', '0', '--dsn', dsn]);
  if (exitCode !== 0) throw new Error(`inspect ended with ${String(exitCode)}: ${stdout}`);
  return stdout;
}

const parsed = new Map<string, SavedSnapshot>();

/** What the rules say of a saved snapshot; its text is read once, however often it is judged. */
export function judge(text: string, thresholds: string | null, host: CheckedHost = UNKNOWN_HOST): Judgement {
  const snapshot = parsed.get(text) ?? parseSnapshot(text, sectionsOf(CHECK_RULES));
  parsed.set(text, snapshot);
  return judgeSnapshot(snapshot, thresholds, host);
}

function judgeSnapshot(snapshot: SavedSnapshot, file: string | null, host: CheckedHost): Judgement {
  const options = ruleOptions(CHECK_RULES, { only: null, exclude: [], leastSeverity: 'info', file });
  return checkSnapshot(snapshot, options, { host, advice: adviceFor(snapshot, host) }, new Set());
}

/** The findings of a rule as its proof writes them. */
export function foundBy(rule: string, findings: readonly Finding[]): Record<string, string> {
  return Object.fromEntries(
    findings
      .filter((finding) => finding.rule === rule)
      .map(({ object, severity }) => [`${object.type}:${object.name}`, severity]),
  );
}

/** What the proof expects, with the names that the scene has come to. */
export function expected({ finds }: Proof, names: Readonly<Record<string, string>>): Record<string, string> {
  const named = (text: string): string =>
    text.replace(/\$(\w+)/g, (_, name: string) => names[name] ?? `$${name}`);
  return Object.fromEntries(Object.entries(finds).map(([object, severity]) => [named(object), severity]));
}
