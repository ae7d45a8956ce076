import { describe, expect, it } from 'vitest';
import { COMMANDS, route } from '../../../src/commands.js';

describe('what the words ask for', () => {
  it.each([
    [[], 'unknown', '', []],
    [['inspect'], 'command', 'inspect', []],
    [['inspect', '--limit', '5'], 'command', 'inspect', ['--limit', '5']],
    [['inspect', 'word'], 'command', 'inspect', ['word']],
    [['cluster'], 'unknown', 'cluster', []],
    [['cluster', '--format', 'yaml'], 'unknown', 'cluster', ['--format', 'yaml']],
    [['cluster', 'add', 'prod', '--replace'], 'command', 'cluster add', ['prod', '--replace']],
    [['cluster', '--dsn', 'add'], 'unknown', 'cluster', ['--dsn', 'add']],
    [['frobnicate', 'it', '-x'], 'unknown', 'frobnicate it', ['-x']],
    [['--limit', '5', 'inspect'], 'unknown', '', ['--limit', '5', 'inspect']],
    [['schema', 'cluster', 'add'], 'command', 'schema', ['cluster', 'add']],
    [['constructor'], 'unknown', 'constructor', []],
    [['--version'], 'version', '', []],
    [['inspect', '--version'], 'command', 'inspect', ['--version']],
    [['--help'], 'help', '', ['--help']],
    [['cluster', '--help'], 'help', 'cluster', ['--help']],
    [['cluster', 'add', '--help'], 'help', 'cluster add', ['--help']],
    [['inspect', '--limit', '5', '--help'], 'help', 'inspect', ['--limit', '5', '--help']],
    [['inspect', '--', '--help'], 'command', 'inspect', ['--', '--help']],
  ])('%j', (argv, kind, words, rest) => {
    expect(route(argv)).toEqual({ kind, words, rest });
  });
});

describe('the table of commands', () => {
  it.each(COMMANDS.map(({ id, load }) => [id, load] as const))(
    '%s loads a class that says what it does',
    async (_id, load) => {
      const command = await load();
      expect(command.summary).toMatch(/\.$/);
      expect(command.examples.length).toBeGreaterThan(0);
    },
  );

  it('names each command once', () => {
    const ids = COMMANDS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
