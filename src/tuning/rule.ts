import type { Situation } from './situation.js';

export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** pgtune: PGTune's formulas; pgdba: where today's knowledge differs; measured: what this server's statistics show. */
export const RULE_SOURCES = ['pgtune', 'pgdba', 'measured'] as const;
export type RuleSource = (typeof RULE_SOURCES)[number];

/** What a rule would set, and why. */
export interface Proposal {
  readonly parameter: string;
  /** As PostgreSQL writes it: `64MB`, `1.1`, `on`. */
  readonly value: string;
  readonly confidence: Confidence;
  /** One or two sentences for a DBA: why this value on this server. */
  readonly rationale: string;
  readonly source: RuleSource;
  /** The numbers that the rule looked at, by name with unit; `{no_evidence: '…'}` says what was not known. */
  readonly evidence: Readonly<Record<string, number | string | boolean | null>>;
}

/** What earlier rules settled on; a later rule builds on it (work_mem on shared_buffers and max_connections). */
export interface Chosen {
  /** The value a parameter will have, in its base unit: the proposal of an earlier rule, else the setting in force. */
  settingOf(parameter: string): string | null;
  /** The same as a number; for memory settings in bytes. */
  numberOf(parameter: string): number | null;
}

/** One line of reasoning, for one parameter or a family of them. One file each in src/tuning/rules/. */
export interface Rule {
  /** Stable, e.g. `memory.work_mem`. */
  readonly id: string;
  readonly title: string;
  readonly parameters: readonly string[];
  /** Manual page, paper or commit that the rule rests on. */
  readonly reference: string;
  /** Nothing when the rule has nothing to say. Pure. */
  readonly propose: (situation: Situation, chosen: Chosen) => readonly Proposal[];
}
