import * as Flags from '@oclif/core/flags';
import { PgdbaError } from './core/errors.js';
import { parseDuration, parseSize } from './core/units.js';
import { LOG_LEVELS } from './log.js';
import { LEAST_MAX_BYTES } from './output/reduce.js';
import { FORMATS } from './output/render.js';

/** A duration as PostgreSQL writes it; the command sees milliseconds. */
export const durationFlag = Flags.custom<number>({
  helpValue: '<duration>',
  parse: (text) => Promise.resolve(parseDuration(text)),
});

/** Words separated by commas; the command sees an array without empty words. */
export const listFlag = Flags.custom<string[]>({
  helpValue: '<a,b>',
  parse: (text) =>
    Promise.resolve(
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    ),
});

/** A whole number that is not negative. */
export const countFlag = Flags.custom<number>({
  helpValue: '<n>',
  parse: (text) => {
    if (!/^\d{1,15}$/.test(text))
      return Promise.reject(new PgdbaError('usage', `"${text}" is not a whole number`));
    return Promise.resolve(Number(text));
  },
});

/** What every command takes. */
export const outputFlags = {
  format: Flags.option({ options: FORMATS, default: 'json' as const, helpGroup: 'OUTPUT' })({
    summary: 'How the answer is written to stdout.',
  }),
  fields: listFlag({
    summary: 'Only these paths of data, e.g. mode,sections.pg_stat_wal.rows.',
    helpGroup: 'OUTPUT',
  }),
  summary: Flags.boolean({ summary: 'Counts in place of lists.', helpGroup: 'OUTPUT' }),
  'max-bytes': Flags.custom<number>({
    helpValue: '<size>',
    parse: (text) => {
      const bytes = parseSize(text);
      if (bytes >= LEAST_MAX_BYTES) return Promise.resolve(bytes);
      return Promise.reject(new PgdbaError('usage', `${text} is less than ${String(LEAST_MAX_BYTES)} bytes`));
    },
  })({ summary: 'Cut lists until the answer fits; what was cut is told.', helpGroup: 'OUTPUT' }),
  'log-level': Flags.option({ options: LOG_LEVELS, default: 'error' as const, helpGroup: 'OUTPUT' })({
    summary: 'What is logged to stderr.',
  }),
};

/** What every command takes that reaches a server. */
export const connectionFlags = {
  dsn: Flags.string({
    summary: 'Connection URI or conninfo string.',
    helpValue: '<uri|conninfo>',
    helpGroup: 'CONNECTION',
  }),
  name: Flags.string({
    summary: 'Cluster of the registry.',
    helpValue: '<cluster>',
    helpGroup: 'CONNECTION',
  }),
  dbname: Flags.string({
    summary: 'Database to connect to.',
    helpValue: '<database>',
    helpGroup: 'CONNECTION',
  }),
  'statement-timeout': durationFlag({
    summary: 'The server ends any one statement after this; 0 = never.',
    default: 10_000,
    helpGroup: 'CONNECTION',
  }),
  'lock-timeout': durationFlag({
    summary: 'The server gives up waiting for a lock after this; 0 = never.',
    default: 200,
    helpGroup: 'CONNECTION',
  }),
  timeout: durationFlag({
    summary: 'The whole run ends after this; 0 = never.',
    default: 120_000,
    helpGroup: 'CONNECTION',
  }),
};

/** What every command takes that shows query texts. */
export const queryTextFlags = {
  'redact-literals': Flags.boolean({ summary: 'Mask every literal in query texts, not only passwords.' }),
};

/** Flags of which only one may be given. */
export const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ['dsn', 'name'],
  ['keep', 'stop'],
];
