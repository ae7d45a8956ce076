import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { Configuration } from '../configuration.js';
import type { Request } from './changeSet.js';
import { checkValues } from './checkValues.js';
import { stepBetween } from './executeStep.js';
import type { GuardFinding, PlannedChange } from './guards/guard.js';
import { changesLibraries } from './guards/libraries.js';
import { askGuards } from './guards/registry.js';
import { tlsFiles } from './guards/tls.js';
import { readKnowledge, refusalOfName, type Knowledge } from './knownNames.js';
import { outlookOf } from './outlook.js';
import { readPermissions, type Permission } from './permission.js';
import type { PlanOptions } from './plan.js';
import { staleness } from './stale.js';
import { readSurroundings } from './surroundings.js';

interface Question {
  readonly server: Server;
  readonly configuration: Configuration;
  readonly request: Request;
  /** In the order of the request. */
  readonly changes: readonly PlannedChange[];
  readonly options: Pick<PlanOptions, 'via' | 'ramBytes' | 'dcs'>;
}

export interface Judgement {
  /** By the parameter's name in lower case; empty where Patroni makes the change. */
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly findings: readonly GuardFinding[];
}

/**
 * Everything that speaks against a change, or should be told about it: names, values, rights, what has changed since the
 * plan, and what the guards say of the server as it would be.
 * @throws PgdbaError what the server or the network said
 */
export async function judgeChange(question: Question): Promise<Judgement> {
  const { server, configuration, changes } = question;
  const knowledge = await readKnowledge(
    server,
    configuration,
    changes.map(({ key }) => key),
  );
  const [permissions, ofValues] = await Promise.all([
    permissionsFor(question, knowledge),
    checkValues(server, changes),
  ]);
  const findings = [
    ...ofNames(question, knowledge),
    ...ofValues,
    ...(question.options.via === 'patroni' ? [] : ofPlan(question)),
    ...ofPermissions(changes, permissions),
    ...(await ofGuards(question, ofValues)),
  ];
  return { permissions, findings };
}

/** Patroni needs no right of ours. */
async function permissionsFor(
  { server, changes, options }: Question,
  knowledge: ReadonlyMap<string, Knowledge>,
): Promise<ReadonlyMap<string, Permission>> {
  if (options.via === 'patroni') return new Map();
  return readPermissions(
    server,
    changes.map(({ key }) => ({ name: key, hidden: knowledge.get(key) === 'hidden' })),
  );
}

function ofNames(
  { server, configuration, changes }: Question,
  knowledge: ReadonlyMap<string, Knowledge>,
): GuardFinding[] {
  return changes.flatMap((change) => {
    const known = knowledge.get(change.key) ?? 'unknown';
    const finding = refusalOfName(change, known, server.facts.major, configuration);
    return finding === null ? [] : [finding];
  });
}

/** What the plan takes for granted, and whether the way back is open. */
function ofPlan({ server, configuration, request, changes }: Question): GuardFinding[] {
  const known = { major: server.facts.major, linesAreKnown: configuration.fileEntries !== null };
  return changes.flatMap((change, i) => {
    const requested = request.changes[i];
    const stale = requested === undefined ? [] : staleness(requested, change, known);
    return [...stale, ...closedWayBack(change, known.major)];
  });
}

/** A line made by hand that ALTER SYSTEM would not write again. */
function closedWayBack({ name, oldLine }: PlannedChange, major: number): GuardFinding[] {
  try {
    stepBetween(name, oldLine, null, major);
    return [];
  } catch (error) {
    if (!(error instanceof PgdbaError)) throw error;
    const { code, message, hint } = error;
    // A name that no line can have is told as such.
    return code === 'parameter_unknown' ? [] : [{ severity: 'refuse', code, parameter: name, message, hint }];
  }
}

function ofPermissions(
  changes: readonly PlannedChange[],
  permissions: ReadonlyMap<string, Permission>,
): GuardFinding[] {
  return changes.flatMap(({ key, name }) => {
    const permission = permissions.get(key);
    if (permission === undefined || permission.allowed) return [];
    const { reason, grant_sql } = permission;
    return [
      {
        severity: 'refuse',
        code: 'insufficient_privilege',
        parameter: name,
        message: `${name}: ${reason ?? ''}`,
        hint: grant_sql ?? 'Connect as a superuser.',
      },
    ];
  });
}

/** A value that is none, and is told as such, does not count. */
async function ofGuards(question: Question, ofValues: readonly GuardFinding[]): Promise<GuardFinding[]> {
  const { server, configuration, changes, options } = question;
  const invalid = new Set(ofValues.map(({ parameter }) => parameter));
  const valid = changes.filter(({ name }) => !invalid.has(name));
  const lines = new Map(valid.map(({ key, newValue }) => [key, newValue]));
  const after = outlookOf(configuration, lines, options.via === 'patroni');
  const surroundings = await readSurroundings(server, {
    files: tlsFiles(after),
    libraries: changesLibraries(valid),
    hugePages: after.settingOf('huge_pages') === 'on',
  });
  return askGuards({
    major: server.facts.major,
    inRecovery: server.facts.inRecovery,
    managedBy: server.managedBy,
    via: options.via,
    dcs: options.dcs,
    configuration,
    changes: valid,
    before: outlookOf(configuration),
    after,
    ramBytes: options.ramBytes,
    surroundings,
  });
}
