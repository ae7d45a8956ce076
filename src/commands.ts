import type { PgdbaCommand } from './base.js';

type CommandClass = (new (argv: string[], config: never) => PgdbaCommand) &
  Omit<typeof PgdbaCommand, 'prototype'>;

interface CommandEntry {
  /** As people write it, e.g. `cluster add`. */
  readonly id: string;
  /** Loads the command's class; nothing else of it is loaded before. */
  readonly load: () => Promise<CommandClass>;
}

/** Words that only group commands, with what their help says. */
export const TOPICS: Readonly<Record<string, string>> = {
  cluster: 'The registry of clusters.',
  config: 'Settings, recommendations and changes.',
  query: 'What costs, and why: statements, plans, indexes, locks, bloat, vacuum.',
  baseline: 'What a server showed over time: what changed, and where it is going.',
  patroni: 'A Patroni cluster, as its REST API and its servers tell it.',
};

/** Every command. Adding one is a file in src/commands and a line here. */
export const COMMANDS: readonly CommandEntry[] = [
  { id: 'demo', load: async () => (await import('./commands/demo.js')).Demo },
  { id: 'inspect', load: async () => (await import('./commands/inspect.js')).Inspect },
  { id: 'check', load: async () => (await import('./commands/check.js')).Check },
  { id: 'doctor', load: async () => (await import('./commands/doctor.js')).Doctor },
  { id: 'cluster add', load: async () => (await import('./commands/cluster/add.js')).ClusterAdd },
  { id: 'cluster list', load: async () => (await import('./commands/cluster/list.js')).ClusterList },
  { id: 'cluster show', load: async () => (await import('./commands/cluster/show.js')).ClusterShow },
  { id: 'cluster remove', load: async () => (await import('./commands/cluster/remove.js')).ClusterRemove },
  { id: 'cluster check', load: async () => (await import('./commands/cluster/check.js')).ClusterCheck },
  { id: 'config apply', load: async () => (await import('./commands/config/apply.js')).ConfigApply },
  { id: 'config confirm', load: async () => (await import('./commands/config/confirm.js')).ConfigConfirm },
  {
    id: 'config rollback',
    load: async () => (await import('./commands/config/rollback.js')).ConfigRollback,
  },
  {
    id: 'config history',
    load: async () => (await import('./commands/config/history.js')).ConfigHistory,
  },
  { id: 'config diff', load: async () => (await import('./commands/config/diff.js')).ConfigDiff },
  { id: 'config show', load: async () => (await import('./commands/config/show.js')).ConfigShow },
  { id: 'config tune', load: async () => (await import('./commands/config/tune.js')).ConfigTune },
  { id: 'query analyze', load: async () => (await import('./commands/query/analyze.js')).QueryAnalyze },
  {
    id: 'query index-suggest',
    load: async () => (await import('./commands/query/index-suggest.js')).QueryIndexSuggest,
  },
  {
    id: 'patroni status',
    load: async () => (await import('./commands/patroni/status.js')).PatroniStatus,
  },
  {
    id: 'patroni config',
    load: async () => (await import('./commands/patroni/config.js')).PatroniConfig,
  },
  {
    id: 'patroni restart',
    load: async () => (await import('./commands/patroni/restart.js')).PatroniRestart,
  },
  { id: 'query slow-log', load: async () => (await import('./commands/query/slowLog.js')).QuerySlowLog },
  { id: 'query top', load: async () => (await import('./commands/query/top.js')).QueryTop },
  { id: 'query locks', load: async () => (await import('./commands/query/locks.js')).QueryLocks },
  {
    id: 'query vacuum-health',
    load: async () => (await import('./commands/query/vacuumHealth.js')).QueryVacuumHealth,
  },
  { id: 'query bloat', load: async () => (await import('./commands/query/bloat.js')).QueryBloat },
  {
    id: 'query index-health',
    load: async () => (await import('./commands/query/indexHealth.js')).QueryIndexHealth,
  },
  { id: 'baseline', load: async () => (await import('./commands/baseline/create.js')).BaselineCreate },
  { id: 'baseline diff', load: async () => (await import('./commands/baseline/diff.js')).BaselineDiff },
  { id: 'baseline list', load: async () => (await import('./commands/baseline/list.js')).BaselineList },
  {
    id: 'baseline report',
    load: async () => (await import('./commands/baseline/report.js')).BaselineReport,
  },
  { id: 'baseline show', load: async () => (await import('./commands/baseline/show.js')).BaselineShow },
  { id: 'baseline prune', load: async () => (await import('./commands/baseline/prune.js')).BaselinePrune },
  { id: 'baseline trend', load: async () => (await import('./commands/baseline/trend.js')).BaselineTrend },
  { id: 'schema', load: async () => (await import('./commands/schema.js')).Schema },
];

/** Loads the class of a command; undefined for words that name none. */
export function loadCommand(words: string): Promise<CommandClass> | undefined {
  return COMMANDS.find(({ id }) => id === words)?.load();
}

export interface Route {
  readonly kind: 'version' | 'help' | 'command' | 'unknown';
  /** The command's id, or the unknown words. */
  readonly words: string;
  /** What is left for the command to parse. */
  readonly rest: readonly string[];
}

/**
 * What the words ask for. The command is the longest run of leading words that names one; `--help` before `--` asks
 * for help, whatever stands around it.
 */
export function route(argv: readonly string[]): Route {
  const end = argv.indexOf('--');
  const flags = end < 0 ? argv : argv.slice(0, end);
  const firstFlag = argv.findIndex((word) => word.startsWith('-'));
  const words = firstFlag < 0 ? argv : argv.slice(0, firstFlag);
  const found = COMMANDS.map(({ id }) => id)
    .filter((id) => id === words.slice(0, id.split(' ').length).join(' '))
    .reduce((longest, id) => (id.length > longest.length ? id : longest), '');
  const rest = argv.slice(found === '' ? words.length : found.split(' ').length);
  if (argv[0] === '--version') return { kind: 'version', words: '', rest: [] };
  const isTopic = COMMANDS.some(({ id }) => id.startsWith(`${words.join(' ')} `));
  if (flags.includes('--help') && (found !== '' || words.length === 0 || isTopic)) {
    return { kind: 'help', words: found === '' ? words.join(' ') : found, rest };
  }
  return found === ''
    ? { kind: 'unknown', words: words.join(' '), rest }
    : { kind: 'command', words: found, rest };
}
