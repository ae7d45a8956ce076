import type { FactQuestions, ServerFacts } from '../cluster/serverFacts.js';
import { closedObject, nullable, oneOf, Type, type Static } from '../core/schema.js';
import { chooseVariant, extensionVersionNum, NEWEST_MAJOR } from '../core/version.js';
import type { Readable } from './readable.js';
import type { Need, Reason, Section, Variant } from './section.js';

/** One thing that some section needs, and whether this server and role have it. */
export const prerequisiteSchema = closedObject({
  name: Type.String({ description: 'role, function, extension or setting, as the catalog names it' }),
  kind: oneOf(['role', 'function', 'extension', 'setting', 'superuser', 'select']),
  available: Type.Boolean(),
  version: nullable(Type.String({ description: 'version of the extension in this database' })),
  reason: nullable(Type.String({ description: 'why it is not available; null when it is' })),
});
export type Prerequisite = Static<typeof prerequisiteSchema>;

/** Whatever has needs: a section or a command. */
interface Needy {
  readonly needs: readonly Need[];
}

/** The facts that needs are judged by. What the role may read is asked by doctor alone; a section's rows show it. */
export type KnownFacts = ServerFacts & { readonly readable?: Readable };

/** What all sections together want to know of a server, for one look at it. */
export function questionsOf(needy: readonly Needy[]): FactQuestions {
  const needs = needy.flatMap((one) => one.needs);
  const functions = needs.flatMap((need) => (need.kind === 'function' ? [need.name] : []));
  const settings = needs.flatMap((need) => {
    if (need.kind === 'setting') return [need.name];
    return need.kind === 'extension' && need.preloadedWhen !== undefined ? [need.preloadedWhen] : [];
  });
  return {
    functions: [...new Set(functions)],
    settings: [...new Set(settings)],
  };
}

/** Why a need is not met, for people and for callers. */
interface Unmet {
  readonly why: string;
  readonly reason: Reason;
}

/** Why a need is not met on this server, by this role; null when it is, or when this server is too old to have it. */
export function unmet(need: Need, facts: KnownFacts): Unmet | null {
  if ('since' in need && facts.major < need.since) return null;
  const { role } = facts;
  switch (need.kind) {
    case 'role':
      return facts.superuser || facts.memberships[need.name] === true
        ? null
        : denied(`role ${role} is not a member of ${need.name}`);
    case 'function': {
      const allowed = facts.functions[need.name] ?? null;
      if (allowed === true) return null;
      return denied(
        allowed === null ? `this server has no ${need.name}` : `role ${role} may not execute ${need.name}`,
      );
    }
    case 'extension':
      return unmetExtension(need, facts);
    case 'superuser':
      return facts.superuser ? null : denied(`role ${role} is not a superuser`);
    case 'select':
      return facts.readable === undefined ? null : unreadable(need.name, facts, facts.readable);
    case 'setting': {
      const value = facts.settings[need.name];
      return value === 'off' || value === 'none'
        ? { why: `${need.name} is ${value}`, reason: 'setting_off' }
        : null;
    }
  }
}

function denied(why: string): Unmet {
  return { why, reason: 'no_privilege' };
}

function unmetExtension(need: Extract<Need, { kind: 'extension' }>, facts: KnownFacts): Unmet | null {
  const extension = facts.extensions[need.name];
  if (extension === undefined) {
    const why = `extension ${need.name} is not installed in database ${facts.database}`;
    return { why, reason: 'extension_missing' };
  }
  if (!extension.usable) return denied(`role ${facts.role} has no USAGE on schema ${extension.schema}`);
  if (need.preloadedWhen === undefined || facts.settings[need.preloadedWhen] !== undefined) return null;
  return { why: `${need.name} is not in shared_preload_libraries`, reason: 'extension_missing' };
}

function unreadable(name: string, facts: ServerFacts, { tables, sequences }: Readable): Unmet | null {
  const [what, { readable, total }] =
    name === 'SELECT on sequences' ? (['sequences', sequences] as const) : (['tables', tables] as const);
  if (readable === total) return null;
  const why = `role ${facts.role} may read ${String(readable)} of ${String(total)} ${what} in ${facts.database}`;
  return { why, reason: 'stats_invisible' };
}

/** Whether and how well a section can be read, before anything is sent that the server could refuse. */
export type Readiness =
  | { readonly variant: null; readonly reason: Reason; readonly message: string }
  | {
      readonly variant: Variant;
      /** `partial` when rows or columns are hidden from this role; `ok` with a message when only some are null. */
      readonly status: 'ok' | 'partial';
      readonly reason: Reason | null;
      readonly message: string | null;
    };

/** Decides by version and needs; the first need that forbids reading is the reason. */
export function readiness(section: Section, facts: ServerFacts): Readiness {
  const missing = section.needs.flatMap((need) => {
    const found = unmet(need, facts);
    return found === null ? [] : [{ need, ...found }];
  });
  const forbidding = missing.find(({ need }) => need.without === 'skipped');
  const version = versionFor(section, facts);
  const variant = version === null ? undefined : chooseVariant(section.variants, version);
  if (variant === undefined && version !== null) {
    return { variant: null, reason: 'server_too_old', message: tooOld(section) };
  }
  if (variant === undefined || forbidding !== undefined) {
    const { reason, why } = forbidding ?? {
      reason: 'extension_missing' as const,
      why: 'its extension is not installed',
    };
    return { variant: null, reason, message: why };
  }
  const hiding = missing.find(({ need }) => need.without === 'partial');
  const message =
    missing.length === 0 ? null : missing.map(({ need, why }) => `${why}: ${need.loses}`).join('; ');
  return {
    variant,
    status: hiding === undefined ? 'ok' : 'partial',
    reason: hiding?.reason ?? null,
    message,
  };
}

/** What the section's variants go by; null when they go by an extension that is not installed. */
function versionFor(section: Section, facts: ServerFacts): number | null {
  if (section.versionedBy === undefined) return Math.min(facts.major, NEWEST_MAJOR);
  const extension = facts.extensions[section.versionedBy.extension];
  return extension === undefined ? null : extensionVersionNum(extension.version);
}

function tooOld(section: Section): string {
  const since = section.variants[0]?.since ?? 0;
  return section.versionedBy === undefined
    ? `PostgreSQL ${String(since)} and later have it`
    : `${section.versionedBy.extension} ${String(Math.floor(since / 1000))}.${String(since % 1000)} and later have it`;
}

/** Everything that the sections need, once each, with whether it is there. */
export function prerequisites(needy: readonly Needy[], facts: KnownFacts): Prerequisite[] {
  const byName = new Map<string, Prerequisite>();
  for (const need of needy.flatMap((one) => one.needs)) {
    const reason = unmet(need, facts)?.why ?? null;
    byName.set(need.name, {
      name: need.name,
      kind: need.kind,
      available: reason === null,
      version: need.kind === 'extension' ? (facts.extensions[need.name]?.version ?? null) : null,
      reason,
    });
  }
  return [...byName.values()];
}
