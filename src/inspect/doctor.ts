import { quoteIdentifier } from '../core/identifier.js';
import { closedObject, oneOf, Type, type Static } from '../core/schema.js';
import type { CommandNeeds } from './commandNeeds.js';
import { prerequisiteSchema, readiness, unmet, type KnownFacts } from './prerequisites.js';
import type { Readable } from './readable.js';
import type { Need, Section } from './section.js';

const CAPABILITIES = ['full', 'partial', 'none'] as const;
type CapabilityStatus = (typeof CAPABILITIES)[number];

const capability = {
  id: Type.String(),
  status: oneOf(CAPABILITIES, 'works, works in part, does not work at all'),
  missing: Type.Array(Type.String(), { description: 'what is missing and what that costs' }),
  remedy: Type.Array(Type.String(), {
    description: 'the smallest GRANT or setting that helps; comments start with --',
  }),
};

export const doctorSchema = closedObject({
  role: Type.String({ description: 'role the session runs as' }),
  superuser: Type.Boolean(),
  prerequisites: Type.Array(prerequisiteSchema),
  sections: Type.Array(closedObject(capability)),
  commands: Type.Array(
    closedObject({
      ...capability,
      in_this_version: Type.Boolean({ description: 'false for a command that a coming version brings' }),
    }),
  ),
  remedy: Type.Array(Type.String(), { description: 'all remedies together, each once' }),
});

interface Capability {
  readonly id: string;
  readonly status: CapabilityStatus;
  readonly missing: readonly string[];
  readonly remedy: readonly string[];
}

interface DoctorInput {
  readonly facts: KnownFacts;
  readonly sections: readonly Section[];
  readonly commandNeeds: readonly CommandNeeds[];
  /** Commands that read every section, and may do without any one of them. */
  readonly wholeSnapshot: readonly string[];
  /** Ids of the commands that this version has. */
  readonly known: ReadonlySet<string>;
}

/** What this role on this server can and cannot see, per section and per command. Pure. */
export function diagnose(input: DoctorInput): Omit<Static<typeof doctorSchema>, 'prerequisites'> {
  const { facts, known } = input;
  const sections = input.sections.map((section) => sectionCapability(section, facts));
  const commands = [
    ...input.wholeSnapshot.map((id) => ({ id, essential: [], useful: sections.map((s) => s.id), needs: [] })),
    ...input.commandNeeds,
  ].map((command) => ({
    ...commandCapability(command, sections, facts),
    in_this_version: known.has(command.id),
  }));
  return {
    role: facts.role,
    superuser: facts.superuser,
    sections: sections.map(plain),
    commands: commands.map((command) => ({ ...plain(command), in_this_version: command.in_this_version })),
    remedy: unique([...sections, ...commands].flatMap(({ remedy }) => remedy)),
  };
}

function plain({ id, status, missing, remedy }: Capability) {
  return { id, status, missing: [...missing], remedy: [...remedy] };
}

function sectionCapability(section: Section, facts: KnownFacts): Capability {
  const ready = readiness(section, facts);
  if (ready.variant === null && ready.reason === 'server_too_old') {
    return { id: section.id, status: 'none', missing: [ready.message], remedy: [] };
  }
  const missing = missingOf(section.needs, facts);
  const status = ready.variant === null ? 'none' : missing.length > 0 ? 'partial' : 'full';
  return { id: section.id, status, ...said(missing, facts) };
}

function commandCapability(
  { id, essential, useful, needs }: CommandNeeds,
  sections: readonly Capability[],
  facts: KnownFacts,
): Capability {
  const used = sections.filter((section) => essential.includes(section.id) || useful.includes(section.id));
  const own = missingOf(needs, facts);
  const blocked =
    used.some((section) => essential.includes(section.id) && section.status === 'none') ||
    own.some(({ need }) => isForbidding(need, facts));
  const lacking = used.filter((section) => section.missing.length > 0 && section.remedy.length > 0);
  const ownSaid = said(own, facts);
  return {
    id,
    status: blocked ? 'none' : lacking.length + own.length > 0 ? 'partial' : 'full',
    missing: [...ownSaid.missing, ...lacking.map((section) => `section ${section.id}: ${section.status}`)],
    remedy: unique([...ownSaid.remedy, ...lacking.flatMap((section) => section.remedy)]),
  };
}

function isForbidding(need: Need, facts: KnownFacts): boolean {
  return need.without === 'skipped' || (need.kind === 'superuser' && !isGrantable(need, facts));
}

function isGrantable(
  { grantableSince }: Extract<Need, { kind: 'superuser' }>,
  { major }: KnownFacts,
): boolean {
  return grantableSince !== null && major >= grantableSince;
}

interface Missing {
  readonly need: Need;
  readonly why: string;
}

function missingOf(needs: readonly Need[], facts: KnownFacts): Missing[] {
  return needs.flatMap((need) => {
    const found = unmet(need, facts);
    return found === null ? [] : [{ need, why: found.why }];
  });
}

function said(missing: readonly Missing[], facts: KnownFacts): Pick<Capability, 'missing' | 'remedy'> {
  return {
    missing: missing.map(({ need, why }) => `${why}: ${need.loses}`),
    remedy: unique(missing.flatMap(({ need }) => remedyFor(need, facts))),
  };
}

/** The smallest thing a DBA can do about a missing need, as SQL; a comment where SQL cannot help. */
function remedyFor(need: Need, facts: KnownFacts): string[] {
  const role = quoteIdentifier(facts.role);
  switch (need.kind) {
    case 'role':
      return [`GRANT ${need.name} TO ${role};`];
    case 'superuser':
      return [
        isGrantable(need, facts)
          ? `-- GRANT ALTER SYSTEM ON PARAMETER … TO ${role}; for each parameter that is to be changed`
          : '-- connect as a superuser',
      ];
    case 'select':
      return selectGrants(need.name, facts.readable, role);
    case 'function': {
      if ((facts.functions[need.name] ?? null) === null) return [];
      const grant = `GRANT EXECUTE ON FUNCTION ${need.name} TO ${role};`;
      return [need.risk === undefined ? grant : `-- ${grant} but: ${need.risk}`];
    }
    case 'extension':
      return extensionRemedy(need, facts, role);
    case 'setting':
      return [`ALTER SYSTEM SET ${need.name} = ${need.least ?? 'on'}; SELECT pg_reload_conf();`];
  }
}

/** For tables pg_read_all_data (14 and later) would be shorter, but it opens every table of every schema. */
function selectGrants(name: string, readable: Readable | undefined, role: string): string[] {
  const [what, share] =
    name === 'SELECT on sequences'
      ? (['SEQUENCES', readable?.sequences] as const)
      : (['TABLES', readable?.tables] as const);
  return (share?.schemas ?? [])
    .map(quoteIdentifier)
    .flatMap((schema) => [
      `GRANT USAGE ON SCHEMA ${schema} TO ${role};`,
      `GRANT SELECT ON ALL ${what} IN SCHEMA ${schema} TO ${role};`,
    ]);
}

function extensionRemedy(
  need: Extract<Need, { kind: 'extension' }>,
  facts: KnownFacts,
  role: string,
): string[] {
  const extension = facts.extensions[need.name];
  const loaded = need.preloadedWhen === undefined || facts.settings[need.preloadedWhen] !== undefined;
  return [
    ...(loaded ? [] : [`-- add ${need.name} to shared_preload_libraries and restart the server`]),
    ...(extension === undefined ? [`CREATE EXTENSION ${need.name};`] : []),
    ...(extension?.usable === false ? [`GRANT USAGE ON SCHEMA ${extension.schema} TO ${role};`] : []),
  ];
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
