import type { Server } from '../../cluster/server.js';
import type { ServerFacts } from '../../cluster/serverFacts.js';
import { PgdbaError } from '../../core/errors.js';
import { quoteIdentifier } from '../../core/identifier.js';
import type { ChangeParameter } from './changeSet.js';

export type Permission = ChangeParameter['permission'];

/** What a parameter’s permission is asked for. */
export interface PermissionQuestion {
  readonly name: string;
  /** Whether the role may not even see it. */
  readonly hidden: boolean;
}

/** ALTER SYSTEM can be granted, parameter by parameter, since this major. */
const GRANTABLE_SINCE = 15;

const MAY_ALTER = /* sql */ `
SELECT pg_catalog.json_object_agg(p.name, pg_catalog.has_parameter_privilege(p.name, 'ALTER SYSTEM')) AS may
  FROM pg_catalog.json_array_elements_text($1::json) AS p(name)`;

/**
 * What the role may do with each parameter, by the name given. Nothing is tried out: the server is asked.
 * @throws PgdbaError what the server or the network said
 */
export async function readPermissions(
  server: Server,
  questions: readonly PermissionQuestion[],
): Promise<ReadonlyMap<string, Permission>> {
  const may = await mayAlter(
    server,
    questions.map(({ name }) => name),
  );
  return new Map(questions.map((question) => [question.name, permissionOf(server.facts, question, may)]));
}

/** For a superuser, and where only superusers may, nothing need be asked. */
async function mayAlter(server: Server, names: readonly string[]): Promise<ReadonlySet<string>> {
  const { facts, snapshot } = server;
  if (facts.superuser) return new Set(names);
  if (facts.major < GRANTABLE_SINCE) return new Set();
  const { result } = await snapshot.read({ sql: MAY_ALTER, params: [JSON.stringify(names)] });
  if (result instanceof PgdbaError) throw result;
  const may = JSON.parse(result.rows[0]?.[0] ?? '{}') as Record<string, boolean>;
  return new Set(names.filter((name) => may[name] === true));
}

/** Something that a change takes, and the GRANT that gives it. */
interface Need {
  readonly isMet: boolean;
  readonly reason: string;
  /** null where no GRANT does. */
  readonly grant: string | null;
}

function permissionOf(
  facts: ServerFacts,
  question: PermissionQuestion,
  may: ReadonlySet<string>,
): Permission {
  const missing = needsOf(facts, question, may).filter(({ isMet }) => !isMet);
  const canBeGranted = facts.major >= GRANTABLE_SINCE;
  const grants = missing.every(({ grant }) => grant !== null) ? missing.map(({ grant }) => grant) : [];
  return {
    allowed: missing.length === 0,
    reason:
      missing.length === 0 ? null : `role ${facts.role} ${missing.map(({ reason }) => reason).join('; ')}`,
    min_role: canBeGranted ? 'grant' : 'superuser',
    grant_sql: grants.length === 0 ? null : grants.join('\n'),
  };
}

function needsOf(facts: ServerFacts, { name, hidden }: PermissionQuestion, may: ReadonlySet<string>): Need[] {
  const role = quoteIdentifier(facts.role);
  const parameter = name.split('.').map(quoteIdentifier).join('.');
  const mayCall = (signature: string): boolean =>
    facts.superuser || facts.functions[`pg_catalog.${signature}`] === true;
  const execute = (signature: string): string =>
    `GRANT EXECUTE ON FUNCTION pg_catalog.${signature} TO ${role};`;
  return [
    {
      isMet: !hidden,
      reason: `may not see ${name}`,
      grant: `GRANT pg_read_all_settings TO ${role};`,
    },
    facts.major >= GRANTABLE_SINCE
      ? {
          isMet: may.has(name),
          reason: `may not ALTER SYSTEM SET ${name}`,
          grant: `GRANT ALTER SYSTEM ON PARAMETER ${parameter} TO ${role};`,
        }
      : {
          isMet: may.has(name),
          reason: `is no superuser, and before PostgreSQL ${String(GRANTABLE_SINCE)} nobody else may ALTER SYSTEM`,
          grant: null,
        },
    {
      isMet: mayCall('pg_reload_conf()'),
      reason: 'may not call pg_reload_conf(), and what is written would wait for whoever reloads next',
      grant: execute('pg_reload_conf()'),
    },
    {
      isMet: mayCall('pg_show_all_file_settings()'),
      reason: 'may not call pg_show_all_file_settings(), without which the old line is not known',
      grant: execute('pg_show_all_file_settings()'),
    },
  ];
}
