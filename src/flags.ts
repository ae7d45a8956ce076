import * as Flags from '@oclif/core/flags';
import { PgdbaError } from './core/errors.js';
import { parseDuration, parseSize } from './core/units.js';
import { LOG_LEVELS } from './log.js';
import { LEAST_MAX_BYTES } from './output/reduce.js';
import { FORMATS } from './output/render.js';
import { DB_SIZES, PROFILES, STORAGES, WORKLOADS } from './tuning/situation.js';
import { LEAST_RAM_BYTES, PGTUNE_WORKLOADS, RULE_SETS } from './tuning/tuneWish.js';

/** A duration as PostgreSQL writes it; the command sees milliseconds. */
export const durationFlag = Flags.custom<number>({
  helpValue: '<duration>',
  parse: (text) => Promise.resolve(parseDuration(text)),
});

/** A size as PostgreSQL writes it; the command sees bytes. */
export const sizeFlag = Flags.custom<number>({
  helpValue: '<size>',
  parse: (text) => Promise.resolve(parseSize(text)),
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

/** How Patroni's REST API is reached; its password comes from PGDBA_PATRONI_PASSWORD or a command, never a flag. */
export const patroniFlags = {
  'patroni-url': Flags.string({
    multiple: true,
    delimiter: ',',
    summary: 'REST API of a Patroni node; several are tried in order. Those of the registry unless given.',
    helpValue: '<url>',
    helpGroup: 'PATRONI',
  }),
  'patroni-user': Flags.string({
    summary: 'User of the REST API; its password stands in PGDBA_PATRONI_PASSWORD.',
    helpValue: '<user>',
    helpGroup: 'PATRONI',
  }),
  'patroni-password-command': Flags.string({
    summary: 'Shell command whose first line of output is the password of the REST API.',
    helpValue: '<command>',
    helpGroup: 'PATRONI',
  }),
  'patroni-cacert': Flags.string({
    summary: 'Certificates (PEM) that the REST API’s own must lead to; those that Node trusts unless given.',
    helpValue: '<file>',
    helpGroup: 'PATRONI',
  }),
  'patroni-cert': Flags.string({
    summary: 'Client certificate (PEM) for the REST API.',
    helpValue: '<file>',
    helpGroup: 'PATRONI',
  }),
  'patroni-key': Flags.string({
    summary: 'Key of the client certificate (PEM, without a passphrase).',
    helpValue: '<file>',
    helpGroup: 'PATRONI',
  }),
  'patroni-insecure': Flags.boolean({
    summary: 'Do not verify the REST API’s certificate.',
    helpGroup: 'PATRONI',
  }),
  'patroni-timeout': durationFlag({
    summary: 'How long one request to the REST API may take.',
    default: 5_000,
    helpGroup: 'PATRONI',
  }),
};

/** What a change through Patroni takes beside the way there. */
export const dcsFlags = {
  'patroni-wait': durationFlag({
    summary: 'How long members are given to prove a change; twice loop_wait and three seconds unless given.',
    helpGroup: 'PATRONI',
  }),
  'keep-partial': Flags.boolean({
    summary: 'Let a change through Patroni stay that some members did not prove; exit 8 all the same.',
    helpGroup: 'PATRONI',
  }),
};

/** What a change that waits for a restart takes. */
export const restartFlags = {
  restart: Flags.boolean({
    summary:
      'Through Patroni: then restart the members that wait for it, in a safe order, and prove the values; see patroni restart.',
    default: false,
  }),
};

/** What the rules of tuning are told, or find out for themselves where they can. */
export const tuningFlags = {
  workload: Flags.option({ options: [...WORKLOADS, ...PGTUNE_WORKLOADS] as const })({
    summary: 'What the server is for; dw is another word for olap. mixed unless given.',
    helpGroup: 'TUNING',
  }),
  profile: Flags.option({ options: PROFILES })({
    summary: 'standard when the host is known, else remote-conservative: only what is safe on any host.',
    helpGroup: 'TUNING',
  }),
  rules: Flags.option({ options: RULE_SETS, default: 'pgdba' as const })({
    summary: 'pgtune answers exactly what PGTune does for Linux, sound or not.',
    helpGroup: 'TUNING',
  }),
  ram: Flags.custom<number>({
    helpValue: '<size>',
    parse: (text) => {
      const bytes = parseSize(text);
      if (bytes >= LEAST_RAM_BYTES) return Promise.resolve(bytes);
      return Promise.reject(
        new PgdbaError('usage', `${text} of RAM is less than 512MB`, { hint: 'Write a unit, as in 64GB.' }),
      );
    },
  })({ summary: 'RAM that the server may use, in place of what can be found out.', helpGroup: 'TUNING' }),
  cpus: countFlag({ summary: 'CPUs that the server may use.', helpGroup: 'TUNING' }),
  storage: Flags.option({ options: STORAGES })({
    summary: 'What the data lies on.',
    helpGroup: 'TUNING',
  }),
  connections: countFlag({ summary: 'Connections that are needed.', helpGroup: 'TUNING' }),
  'db-size': Flags.option({ options: DB_SIZES, default: 'mid_ram' as const })({
    summary: 'How the data compares with RAM.',
    helpGroup: 'TUNING',
  }),
};

/** A share in percent, such as 20%; the command sees 0.2. */
const percentFlag = Flags.custom<number>({
  helpValue: '<n%>',
  parse: (text) => {
    const match = /^(\d{1,6}(?:\.\d+)?)\s*%?$/.exec(text.trim());
    if (match === null) return Promise.reject(new PgdbaError('usage', `"${text}" is not a percentage`));
    return Promise.resolve(Number(match[1]) / 100);
  },
});

/** What makes a change of settings provisional. */
export const watchFlags = {
  observe: durationFlag({
    summary:
      'Measure two windows of this length before the change and one after it; taken back when the server got worse.',
    helpGroup: 'WATCH',
  }),
  'max-regression': percentFlag({
    summary: 'With --observe: how much more work per transaction is too much (20% unless given).',
    helpGroup: 'WATCH',
  }),
  'confirm-within': durationFlag({
    summary: 'Taken back unless pgdba config confirm comes in this time; the command waits for it.',
    helpGroup: 'WATCH',
  }),
};

/** What of its own Patroni cluster a server is compared with. */
export type AgainstCluster =
  | { readonly kind: 'dcs' }
  | { readonly kind: 'members' }
  | { readonly kind: 'member'; readonly name: string };

/** dcs, members or member:NAME. */
export const againstFlag = Flags.custom<AgainstCluster>({
  helpValue: '<dcs|members|member:NAME>',
  parse: (text) => {
    if (text === 'dcs' || text === 'members') return Promise.resolve({ kind: text });
    const name = /^member:(.+)$/s.exec(text)?.[1];
    if (name !== undefined) return Promise.resolve({ kind: 'member' as const, name });
    const hint = 'Give dcs, members or member:NAME.';
    return Promise.reject(new PgdbaError('usage', `"${text}" is nothing to compare with`, { hint }));
  },
});

/** What commands over stored baselines take beside a connection, which tells them of which cluster. */
export const storeFlags = {
  fingerprint: Flags.string({
    summary: 'Cluster whose baselines are meant, by the beginning of its fingerprint.',
    helpValue: '<hex>',
    helpGroup: 'CONNECTION',
  }),
};

/** What every command takes whose answer is a list. */
export const limitFlags = {
  limit: countFlag({ summary: 'Rows of each list; 0 = all.', default: 100 }),
};

/** What every command takes that shows query texts. */
export const queryTextFlags = {
  'redact-literals': Flags.boolean({ summary: 'Mask every literal in query texts, not only passwords.' }),
};

/** What every command takes that lists statements. */
export const statementTextFlags = {
  'full-text': Flags.boolean({ summary: 'Whole query texts; otherwise their first 500 characters.' }),
};

/** What config diff compares with in place of recommendations. */
const DIFF_TARGETS = ['file', 'other', 'other-dsn', 'against', 'against-baseline'];

/** Pairs of flags. */
export type Pairs = readonly (readonly [string, string])[];

/** Flags of which only one may be given. */
export const EXCLUSIVE: Pairs = [
  ['dsn', 'name'],
  ['fingerprint', 'dsn'],
  ['fingerprint', 'name'],
  ['keep', 'stop'],
  ['patroni-cacert', 'patroni-insecure'],
  ['offline', 'dsn'],
  ['offline', 'name'],
  ['offline', 'dbname'],
  ['offline', 'apply'],
  ['offline', 'patroni-url'],
  // The windows would measure the restart, and what is taken back would wait for another one.
  ['restart', 'observe'],
  ['restart', 'confirm-within'],
];

/** The same for config diff, which compares with one thing: of --file other commands think otherwise. */
export const DIFF_EXCLUSIVE: Pairs = [
  ...DIFF_TARGETS.flatMap((one, i) =>
    DIFF_TARGETS.slice(i + 1).map((other): readonly [string, string] => [one, other]),
  ),
  ...DIFF_TARGETS.flatMap((target) =>
    Object.keys(tuningFlags).map((flag): readonly [string, string] => [target, flag]),
  ),
];
