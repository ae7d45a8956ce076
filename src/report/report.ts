import type { CheckData } from '../check/checkData.js';

/** What a report of `check` is made from. */
export interface ReportInput {
  readonly data: Omit<CheckData, 'report'>;
  /** Which server it is about, as people call it: the registry's name, or address and database. */
  readonly server: string;
  readonly version: string;
  /** Every rule that was asked, for formats that list those that passed. */
  readonly rules: readonly ReportedRule[];
}

interface ReportedRule {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly about: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly remediation: { readonly text: string; readonly sql: string | null };
}

/** A format that other programs read; `text` is pure. */
export interface ReportFormat {
  /** What reads it, for the help. */
  readonly readBy: string;
  readonly text: (input: ReportInput) => string | Promise<string>;
}
