import type { Interfaces } from '@oclif/core';
import { COMMANDS } from './commands.js';
import { variableOf } from './flagDefaults.js';

type Described = Record<string, unknown>;

/** A flag as plain data: what help and `pgdba schema commands` show. */
async function describeFlag(name: string, flag: Described): Promise<Described> {
  const defaultHelp = flag['defaultHelp'];
  const defaultValue: unknown =
    typeof defaultHelp === 'function' ? await (defaultHelp as () => Promise<string>)() : flag['default'];
  return { ...flag, name, env: variableOf(name), default: defaultValue };
}

/**
 * Every command as plain data, in oclif's cached form, from the classes themselves. The build writes it to
 * dist/manifest.json; docs/commands and `pgdba schema commands` are made from it.
 */
export async function describeCommands(): Promise<Described[]> {
  const described = COMMANDS.map(async ({ id, load }) => {
    const command = await load();
    const flags: Interfaces.FlagInput = { ...command.baseFlags, ...command.flags };
    const entries = Object.entries(flags).map(
      async ([name, flag]) => [name, await describeFlag(name, flag as unknown as Described)] as const,
    );
    return {
      id: id.replaceAll(' ', ':'),
      summary: command.summary,
      description: command.description,
      examples: command.examples,
      args: Object.fromEntries(Object.entries(command.args).map(([name, arg]) => [name, { ...arg, name }])),
      flags: Object.fromEntries(await Promise.all(entries)),
      aliases: [],
      hiddenAliases: [],
      hidden: false,
      strict: true,
      pluginName: 'pgdba',
      pluginType: 'core',
    };
  });
  return JSON.parse(JSON.stringify(await Promise.all(described))) as Described[];
}
