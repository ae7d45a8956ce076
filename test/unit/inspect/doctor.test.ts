import { describe, expect, it } from 'vitest';
import type { ServerFacts } from '../../../src/cluster/serverFacts.js';
import { closedObject } from '../../../src/core/schema.js';
import { key } from '../../../src/inspect/column.js';
import type { CommandNeeds } from '../../../src/inspect/commandNeeds.js';
import { diagnose } from '../../../src/inspect/doctor.js';
import { readiness } from '../../../src/inspect/prerequisites.js';
import { defineSection, type Need, type Section } from '../../../src/inspect/section.js';

function facts(changes: Partial<ServerFacts> = {}): ServerFacts {
  return {
    serverVersionNum: 170_010,
    major: 17,
    backendPid: 1,
    inRecovery: false,
    database: 'app',
    datid: 16384,
    serverAddr: null,
    serverPort: null,
    startedAt: '2026-01-01T00:00:00Z',
    now: '2026-01-01T00:00:00Z',
    role: 'Ops "x"',
    superuser: false,
    memberships: {},
    extensions: {},
    functions: {},
    settings: {},
    commandLineSettings: [],
    signs: [],
    ...changes,
  };
}

function section(needs: Need[], since = 12, extension?: string): Section {
  return defineSection({
    id: 'sample',
    title: 'Sample',
    scope: 'cluster',
    reads: 'live',
    parameters: [],
    order: 'none',
    needs,
    ...(extension === undefined ? {} : { versionedBy: { extension } }),
    row: closedObject({ name: key('name') }),
    variants: [{ since, sql: 'SELECT 1' }],
  });
}

const stats: Need = {
  kind: 'role',
  name: 'pg_read_all_stats',
  without: 'partial',
  loses: 'texts are hidden',
};
const files: Need = {
  kind: 'function',
  name: 'pg_catalog.f()',
  without: 'skipped',
  loses: 'nothing can be read',
};
const timing: Need = { kind: 'setting', name: 'track_io_timing', without: 'noted', loses: 'times are null' };
const statements: Need = {
  kind: 'extension',
  name: 'pg_stat_statements',
  preloadedWhen: 'pg_stat_statements.max',
  without: 'skipped',
  loses: 'no statements',
};
const installed = (version: string, usable = true) => ({
  pg_stat_statements: { version, schema: 'ext', usable },
});

const diagnosis = (one: Section, known: ServerFacts, commandNeeds: CommandNeeds[] = []) =>
  diagnose({
    facts: known,
    sections: [one],
    commandNeeds,
    wholeSnapshot: ['inspect'],
    known: new Set(['inspect']),
  });

describe('whether a section can be read', () => {
  it.each([
    [
      'everything is there',
      section([stats]),
      facts({ memberships: { pg_read_all_stats: true } }),
      'ok',
      null,
    ],
    ['a superuser has every role', section([stats]), facts({ superuser: true }), 'ok', null],
    ['a role is missing', section([stats]), facts(), 'partial', 'no_privilege'],
    ['only times are null', section([timing]), facts({ settings: { track_io_timing: 'off' } }), 'ok', null],
  ])('%s', (_what, one, known, status, reason) => {
    expect(readiness(one, known)).toMatchObject({ status, reason });
  });

  it.each([
    [
      'the function is forbidden',
      section([files]),
      facts({ functions: { 'pg_catalog.f()': false } }),
      'no_privilege',
    ],
    ['the server is too old', section([], 18), facts(), 'server_too_old'],
    [
      'the extension is missing',
      section([statements], 1008, 'pg_stat_statements'),
      facts(),
      'extension_missing',
    ],
  ])('not when %s', (_what, one, known, reason) => {
    expect(readiness(one, known)).toMatchObject({ variant: null, reason });
  });

  it('gives a server that is newer than any known the newest variant', () => {
    const newer = facts({ major: 19, serverVersionNum: 190_000 });
    expect(readiness(section([], 18), newer).variant).toMatchObject({ since: 18 });
  });

  it('goes by the version of the extension, not of the server', () => {
    const old = facts({ extensions: installed('1.7') });
    expect(readiness(section([], 1008, 'pg_stat_statements'), old).variant).toBeNull();
    const newer = facts({ extensions: installed('1.10') });
    expect(readiness(section([], 1008, 'pg_stat_statements'), newer).variant).toMatchObject({ since: 1008 });
  });
});

describe('the diagnosis', () => {
  it('names the smallest GRANT, with the role quoted', () => {
    const { sections } = diagnosis(section([stats]), facts());
    expect(sections).toEqual([
      {
        id: 'sample',
        status: 'partial',
        missing: ['role Ops "x" is not a member of pg_read_all_stats: texts are hidden'],
        remedy: ['GRANT pg_read_all_stats TO "Ops ""x""";'],
      },
    ]);
  });

  it('offers no remedy for what the version does not have', () => {
    expect(diagnosis(section([], 18), facts()).sections).toEqual([
      { id: 'sample', status: 'none', missing: ['PostgreSQL 18 and later have it'], remedy: [] },
    ]);
  });

  it('says when an extension must be preloaded first', () => {
    const one = section([statements], 1008, 'pg_stat_statements');
    expect(diagnosis(one, facts()).remedy[0]).toContain('shared_preload_libraries');
    const loaded = facts({ settings: { 'pg_stat_statements.max': '5000' } });
    expect(diagnosis(one, loaded).remedy).toEqual(['CREATE EXTENSION pg_stat_statements;']);
    const notLoaded = facts({ extensions: installed('1.10') });
    expect(readiness(one, notLoaded)).toMatchObject({ variant: null, reason: 'extension_missing' });
  });

  it('sees that the extension lives in a schema the role may not use', () => {
    const one = section([statements], 1008, 'pg_stat_statements');
    const hidden = facts({
      extensions: installed('1.10', false),
      settings: { 'pg_stat_statements.max': '5000' },
    });
    expect(readiness(one, hidden)).toMatchObject({ variant: null, reason: 'no_privilege' });
    expect(diagnosis(one, hidden).remedy).toEqual(['GRANT USAGE ON SCHEMA ext TO "Ops ""x""";']);
  });

  it('a command is nothing without its essential section, and partial without a useful one', () => {
    const forbidden = facts({ functions: { 'pg_catalog.f()': false } });
    const needing = (essential: string[], useful: string[]) =>
      diagnosis(section([files]), forbidden, [{ id: 'query x', essential, useful, needs: [] }]).commands.at(
        -1,
      );
    expect(needing(['sample'], [])).toMatchObject({ status: 'none', in_this_version: false });
    expect(needing([], ['sample'])).toMatchObject({ status: 'partial' });
    expect(needing([], [])).toMatchObject({ status: 'full', missing: [] });
  });

  it('before PostgreSQL 15 only a superuser can ALTER SYSTEM', () => {
    const alter: Need = {
      kind: 'superuser',
      name: 'superuser',
      without: 'partial',
      grantableSince: 15,
      loses: 'parameters',
    };
    const on = (major: number) =>
      diagnosis(section([]), facts({ major }), [
        { id: 'config apply', essential: [], useful: [], needs: [alter] },
      ]).commands.at(-1);
    expect(on(14)).toMatchObject({ status: 'none' });
    expect(on(15)).toMatchObject({ status: 'partial' });
  });

  it('what no GRANT opens needs a superuser, on every version', () => {
    const hidden: Need = {
      kind: 'superuser',
      name: 'superuser',
      without: 'skipped',
      grantableSince: null,
      loses: 'hashes',
    };
    expect(diagnosis(section([hidden]), facts({ major: 18 })).sections).toMatchObject([
      { status: 'none', remedy: ['-- connect as a superuser'] },
    ]);
  });
});
