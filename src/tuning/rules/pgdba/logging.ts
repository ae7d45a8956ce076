import { chooseVariant } from '../../../core/version.js';
import type { Chosen, Confidence, Proposal, Rule } from '../../rule.js';
import type { Situation, Workload } from '../../situation.js';

const REFERENCE = 'https://www.postgresql.org/docs/current/runtime-config-logging.html';

/** A line of the log that costs nothing until there is something to tell. */
interface Quiet {
  readonly parameter: string;
  /** pg_settings.setting where it is switched off. */
  readonly off: string;
  readonly value: string;
  readonly confidence: Confidence;
  readonly rationale: string;
}

const QUIET: readonly Quiet[] = [
  {
    parameter: 'log_lock_waits',
    off: 'off',
    value: 'on',
    confidence: 'high',
    rationale: 'Tells who waited for a lock longer than deadlock_timeout, and for whom.',
  },
  {
    parameter: 'log_checkpoints',
    off: 'off',
    value: 'on',
    confidence: 'high',
    rationale: 'One line a checkpoint, with why it came and how long it took; the default since 15.',
  },
  {
    parameter: 'log_temp_files',
    off: '-1',
    value: '10MB',
    confidence: 'medium',
    rationale: 'Names the queries that spill to disk, which work_mem and indexes are chosen by.',
  },
  {
    parameter: 'log_autovacuum_min_duration',
    off: '-1',
    value: '10min',
    confidence: 'medium',
    rationale: 'Tells of autovacuum runs that take long; the default since 15.',
  },
];

/** What was switched on already is left at its value. */
export const quietLogging: Rule = {
  id: 'logging.quiet',
  title: 'The log tells of lock waits, checkpoints, spills and long vacuums',
  parameters: QUIET.map(({ parameter }) => parameter),
  reference: REFERENCE,
  propose: ({ evidence }, chosen) =>
    QUIET.filter(({ parameter, off }) => chosen.settingOf(parameter) === off).map(
      ({ parameter, off, value, confidence, rationale }): Proposal => ({
        ...{ parameter, value, confidence, rationale },
        source: 'pgdba',
        evidence: {
          in_force: off,
          ...(parameter === 'log_lock_waits' ? { deadlocks: evidence?.deadlocks ?? null } : {}),
          ...(parameter === 'log_temp_files' ? { temp_files: evidence?.temp_files ?? null } : {}),
        },
      }),
    ),
};

/** What is slow for a workload, and from where on one statement in a hundred is logged (13 and later). */
const SLOW: Readonly<Record<Workload, { readonly slow: string; readonly sampled: string }>> = {
  oltp: { slow: '1s', sampled: '100ms' },
  web: { slow: '1s', sampled: '100ms' },
  desktop: { slow: '1s', sampled: '100ms' },
  mixed: { slow: '5s', sampled: '500ms' },
  olap: { slow: '1min', sampled: '10s' },
};

const SAMPLING = [
  { since: 12, sampled: false },
  { since: 13, sampled: true },
] as const;

/** Never log_statement = all. The rate goes before the threshold: without it every statement would be logged. */
export const slowStatements: Rule = {
  id: 'logging.slow_statements',
  title: 'The log names slow statements, and since 13 one in a hundred of the half-slow',
  parameters: ['log_min_duration_statement', 'log_statement_sample_rate', 'log_min_duration_sample'],
  reference: REFERENCE,
  propose: ({ workload, major }, chosen) => {
    const { slow, sampled } = SLOW[workload];
    if (!isOff(chosen, 'log_min_duration_statement')) return [];
    const maySample =
      chooseVariant(SAMPLING, major)?.sampled === true && isOff(chosen, 'log_min_duration_sample');
    return [
      slowLine('log_min_duration_statement', slow, workload),
      ...(maySample
        ? [
            slowLine('log_statement_sample_rate', '0.01', workload),
            slowLine('log_min_duration_sample', sampled, workload),
          ]
        : []),
    ];
  },
};

function isOff(chosen: Chosen, parameter: string): boolean {
  return chosen.settingOf(parameter) === '-1';
}

const WHY: Readonly<Record<string, string>> = {
  log_min_duration_statement:
    'Names every statement that takes this long, with the values in it: keep the log as private as the data.',
  log_statement_sample_rate: 'Of the statements beyond log_min_duration_sample, one in a hundred is logged.',
  log_min_duration_sample:
    'A sample of the statements that are slow, but not slow enough to be logged one and all.',
};

function slowLine(parameter: string, value: string, workload: Situation['workload']): Proposal {
  const rationale = WHY[parameter] ?? '';
  return { parameter, value, confidence: 'medium', rationale, source: 'pgdba', evidence: { workload } };
}
