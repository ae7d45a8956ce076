'use strict';

// The rooms of src/ and what each may import of ours; docs/adr and CONTRIBUTING say why. The test in
// test/unit/house plants a wrong import for every rule here and expects it to be found.

const ROOMS = {
  core: [],
  generated: [],
  db: ['core'],
  cluster: ['core', 'db', 'generated'],
  inspect: ['core', 'db', 'cluster'],
  patroni: ['core', 'generated'],
  tuning: ['core', 'db', 'cluster', 'inspect', 'patroni', 'generated'],
  query: ['core', 'db', 'cluster', 'inspect', 'patroni', 'generated'],
  check: ['core', 'inspect', 'generated'],
  baseline: ['core', 'db', 'inspect', 'generated'],
  sandbox: ['core'],
  output: ['core'],
  report: ['core', 'check', 'baseline', 'output'],
  reference: ['core', 'inspect', 'check', 'baseline', 'output'],
};

/** A room imports itself, the rooms of its line, and nothing else of src/. */
const roomRules = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `${room}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'rooms-are-known',
      comment: 'A new folder in src/ needs a line in ROOMS.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: `^src/(${[...Object.keys(ROOMS), 'commands'].join('|')})/` },
      to: {},
    },
    {
      name: 'only-db-imports-pg',
      severity: 'error',
      from: { pathNot: '^src/db/' },
      to: { path: '(^|node_modules/)(@types/)?pg(-|/|$)' },
    },
    {
      name: 'only-patroni-imports-undici',
      severity: 'error',
      from: { pathNot: '^src/patroni/' },
      to: { path: '(^|node_modules/)undici(-|/|$)' },
    },
    {
      name: 'only-the-command-line-imports-oclif',
      severity: 'error',
      from: {
        pathNot: '^src/(commands/|(base|commands|flags|flagDefaults|help|oclifConfig|main|manifest)\\.ts$)',
      },
      to: { path: '(^|node_modules/)@oclif/core(/|$)' },
    },
    {
      name: 'only-core-schema-imports-typebox',
      severity: 'error',
      from: { pathNot: '^src/core/schema\\.ts$' },
      to: { path: '(^|node_modules/)typebox(/|$)' },
    },
    {
      name: 'commands-do-not-import-commands',
      severity: 'error',
      from: { path: '^src/commands/' },
      to: { path: '^src/commands/' },
    },
    {
      name: 'only-the-table-imports-commands',
      severity: 'error',
      from: { pathNot: '^src/(commands\\.ts$|commands/)' },
      to: { path: '^src/commands/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      // The table of commands loads each of them when it is run; what is loaded later closes no circle at start.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'could-not-resolve',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'tests-stay-outside',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // Without these the packages that only have `exports` (@oclif/core/…) stay unresolved, and their rules never fire.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
};
