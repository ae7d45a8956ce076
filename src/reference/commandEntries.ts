import { dataSchemaOf } from '../core/dataSchema.js';
import { closedObject, nullable, oneOf, Type, type Static } from '../core/schema.js';

const argumentSchema = closedObject({
  name: Type.String(),
  summary: nullable(Type.String()),
  required: Type.Boolean(),
});

const flagSchema = closedObject({
  name: Type.String({ description: 'without the leading --' }),
  summary: nullable(Type.String()),
  type: oneOf(['boolean', 'option'], 'option: takes a value'),
  group: nullable(
    Type.String({ description: 'heading in --help; null for the flags of this command alone' }),
  ),
  value: nullable(
    Type.String({ description: 'form of the value; a duration or size is written as PostgreSQL does' }),
  ),
  options: nullable(Type.Array(Type.String(), { description: 'the only values' })),
  default: nullable(Type.String({ description: 'as it would be written' })),
  required: Type.Boolean(),
  multiple: Type.Boolean({ description: 'may be given several times' }),
  negatable: Type.Boolean({ description: 'whether --no-<name> turns it off' }),
  env: Type.String({ description: 'variable that stands for it' }),
});

export const commandEntrySchema = closedObject({
  id: Type.String({ description: 'the command as it is written' }),
  summary: nullable(Type.String()),
  description: nullable(Type.String()),
  args: Type.Array(argumentSchema),
  flags: Type.Array(flagSchema),
  examples: Type.Array(Type.String()),
  data_schema: Type.String({ description: 'file in schemas/ that describes data' }),
});

export type CommandEntry = Static<typeof commandEntrySchema>;
type ArgumentEntry = Static<typeof argumentSchema>;
type FlagEntry = Static<typeof flagSchema>;

type Described = Readonly<Record<string, unknown>>;

/** The commands as `pgdba schema commands` and docs/commands show them, from what src/manifest.ts says of them. */
export function commandEntries(manifest: readonly Described[]): CommandEntry[] {
  return manifest.map((command) => {
    const id = String(command['id']).replaceAll(':', ' ');
    return {
      id,
      summary: textOrNull(command['summary']),
      description: textOrNull(command['description']),
      args: Object.entries((command['args'] ?? {}) as Record<string, Described>).map(argumentEntry),
      flags: Object.values((command['flags'] ?? {}) as Record<string, Described>).map(flagEntry),
      examples: ((command['examples'] ?? []) as string[]).map(String),
      data_schema: dataSchemaOf(id),
    };
  });
}

function argumentEntry([name, arg]: readonly [string, Described]): ArgumentEntry {
  return {
    name,
    summary: textOrNull(arg['summary'] ?? arg['description']),
    required: arg['required'] === true,
  };
}

function flagEntry(flag: Described): FlagEntry {
  const isOption = flag['type'] === 'option';
  const options = (flag['options'] as string[] | undefined) ?? null;
  const value = textOrNull(flag['helpValue']) ?? (options === null ? '<value>' : `<${options.join('|')}>`);
  return {
    name: String(flag['name']),
    summary: textOrNull(flag['summary']),
    type: isOption ? 'option' : 'boolean',
    group: textOrNull(flag['helpGroup']),
    value: isOption ? value : null,
    options,
    default: defaultText(flag['default'], value),
    required: flag['required'] === true,
    multiple: flag['multiple'] === true,
    negatable: flag['allowNo'] === true,
    env: String(flag['env']),
  };
}

const DURATION_UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** Commands see durations in milliseconds; people read the largest unit that divides them. */
function defaultText(value: unknown, form: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || form !== '<duration>' || value === 0)
    return JSON.stringify(value).replaceAll('"', '');
  const [unit, factor] = DURATION_UNITS.find(([, ms]) => value % ms === 0) ?? ['ms', 1];
  return `${String(value / factor)}${unit}`;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
