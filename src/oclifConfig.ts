import type { Command, Interfaces } from '@oclif/core';
import { Config } from '@oclif/core/config';
import { COMMANDS, TOPICS } from './commands.js';
import { VERSION } from './version.js';

/** Handed on from here, because a bundle's `import()` of a CommonJS module has no named exports. */
export { Help } from '@oclif/core/help';

const pjson = {
  name: 'pgdba',
  version: VERSION,
  oclif: { bin: 'pgdba', topicSeparator: ' ', flexibleTaxonomy: false, commands: {}, plugins: [] },
} as unknown as Interfaces.PJSON;

/**
 * oclif's configuration for help, made from the cached descriptions of the commands instead of being searched for in
 * the file system.
 */
export async function oclifConfig(commands: readonly Command.Cached[]): Promise<Config> {
  const plugin = {
    _base: '',
    alias: 'pgdba',
    name: 'pgdba',
    version: VERSION,
    root: '.',
    type: 'core',
    isRoot: true,
    valid: true,
    hasManifest: true,
    moduleType: 'module',
    pjson,
    hooks: {},
    options: { root: '.' },
    commandsDir: undefined,
    commandIDs: commands.map(({ id }) => id),
    commands: commands.map((command) => ({
      ...command,
      load: () => COMMANDS.find(({ id }) => id === command.id.replaceAll(':', ' '))?.load(),
    })),
    topics: Object.entries(TOPICS).map(([name, description]) => ({ name, description })),
  } as unknown as Interfaces.Plugin;
  return Config.load({ root: '.', pjson, version: VERSION, plugins: new Map([['pgdba', plugin]]) });
}
