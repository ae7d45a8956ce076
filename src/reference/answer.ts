import type { CheckRule } from '../check/rule.js';
import { dataSchemaOf } from '../core/dataSchema.js';
import { PgdbaError } from '../core/errors.js';
import type { Static } from '../core/schema.js';
import type { Section } from '../inspect/section.js';
import { commandEntries } from './commandEntries.js';
import { PARTS, type Part, type schemaData } from './schemaData.js';
import { checkRows, errorRows, exitRows, sectionRows } from './tables.js';

type SchemaAnswer = Static<typeof schemaData>;

/** Where the reference is read from. */
export interface ReferenceSources {
  /** Ids of all commands. */
  readonly commands: readonly string[];
  /** The JSON document in that file of the installed package. */
  readonly readDocument: (path: string) => Promise<unknown>;
  readonly sections: () => Promise<readonly Section[]>;
  readonly checks: () => Promise<readonly CheckRule[]>;
}

const NOTHING: SchemaAnswer = {
  schema: null,
  envelope: null,
  commands: null,
  errors: null,
  exit_codes: null,
  sections: null,
  checks: null,
};

/**
 * What `pgdba schema <asked>` answers: everything for no words, else one part, or the data schema of one command.
 * @throws PgdbaError `unknown_command` when the words name neither
 */
export async function referenceAnswer(asked: string, sources: ReferenceSources): Promise<SchemaAnswer> {
  if (asked === '') return allParts(sources);
  if (isPart(asked)) {
    const part = await readPart(asked, sources);
    // The envelope is a schema too, and `schema X` answers data.schema.
    return { ...NOTHING, ...part, schema: part.envelope ?? null };
  }
  if (!sources.commands.includes(asked)) throw unknown(asked, sources.commands);
  return { ...NOTHING, schema: await readSchema(dataSchemaOf(asked), sources) };
}

async function allParts(sources: ReferenceSources): Promise<SchemaAnswer> {
  const parts = await Promise.all(PARTS.map((part) => readPart(part, sources)));
  return parts.reduce<SchemaAnswer>((all, part) => ({ ...all, ...part }), NOTHING);
}

function isPart(words: string): words is Part {
  return (PARTS as readonly string[]).includes(words);
}

async function readPart(part: Part, sources: ReferenceSources): Promise<Partial<SchemaAnswer>> {
  switch (part) {
    case 'envelope':
      return { envelope: await readSchema('envelope.schema.json', sources) };
    case 'commands': {
      const manifest = (await sources.readDocument('dist/manifest.json')) as Record<string, unknown>[];
      return { commands: commandEntries(manifest) };
    }
    case 'errors':
      return { errors: errorRows() };
    case 'exits':
      return { exit_codes: exitRows() };
    case 'sections':
      return { sections: sectionRows(await sources.sections()) };
    case 'checks':
      return { checks: checkRows(await sources.checks()) };
  }
}

async function readSchema(
  file: string,
  { readDocument }: ReferenceSources,
): Promise<Record<string, unknown>> {
  return (await readDocument(`schemas/${file}`)) as Record<string, unknown>;
}

function unknown(asked: string, commands: readonly string[]): PgdbaError {
  const below = commands.filter((id) => id.startsWith(`${asked} `));
  if (below.length > 0) {
    return new PgdbaError('unknown_command', `"${asked}" groups commands and has no schema of its own`, {
      hint: `Name one of: ${below.join(', ')}.`,
    });
  }
  return new PgdbaError('unknown_command', `there is no command "${asked}"`, {
    hint: `There are the commands ${commands.join(', ')}, and the parts ${PARTS.join(', ')}.`,
  });
}
