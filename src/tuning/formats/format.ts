import type { SettingContext, SettingSpec } from '../../core/setting/spec.js';

/** One parameter of a plan, as a format writes it. */
export interface PlannedSetting {
  readonly name: string;
  /** As PostgreSQL reads it; null = back to what the server has without it. */
  readonly value: string | null;
  readonly spec: SettingSpec;
  readonly context: SettingContext;
}

/** One document that its consumer takes as it is. */
export interface Document {
  /** A name for the file, in the consumer's custom. */
  readonly file: string;
  readonly text: string;
}

/** A shape that something else than pgdba takes a plan in. */
export interface PlanFormat {
  readonly id: string;
  /** What takes it, and how it is handed over: a command to run. */
  readonly how: string;
  /** Why the target would not take a parameter; null when it would. */
  readonly unfit: (planned: PlannedSetting, major: number) => string | null;
  readonly render: (planned: readonly PlannedSetting[], major: number) => readonly Document[];
}

/** Every target takes any parameter that a file can set. */
export const takesAll = (): null => null;

/** JSON as people read it. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
