// Which modules share a chunk. esbuild makes one for each set of entries that need the same modules: 34 files for one run
// of a query, and each costs Node most of a millisecond. Here entries that need nearly the same are given the same.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * What is loaded together: some modules with all that they import. `signs` are modules whose importers need it, `modules`
 * what it consists of. A module of two groups goes with the one that more entries have.
 */
const GROUPS = {
  start: { signs: ['src/cli.ts'], modules: ['src/main.ts', 'src/version.ts', 'src/packageRoot.ts'] },
  command: {
    signs: ['src/answer.ts', 'src/base.ts'],
    modules: [
      'src/run.ts',
      'src/base.ts',
      'src/flags.ts',
      'src/output/envelope.ts',
      'src/output/render.ts',
      'src/core/clock.ts',
      'src/core/dataSchema.ts',
      'src/core/identifier.ts',
      'src/inspect/section.ts',
      'src/inspect/column.ts',
    ],
  },
  server: {
    signs: ['src/reach.ts', 'src/db/connect.ts'],
    modules: ['src/querying.ts', 'src/query/ask.ts', 'src/query/truncated.ts'],
  },
  configuration: {
    signs: ['src/tuning/configuration.ts'],
    modules: [
      'src/tuning/configuration.ts',
      'src/tuning/masks.ts',
      'src/tuning/override.ts',
      'src/core/setting/alterSystem.ts',
      'src/core/setting/value.ts',
      'src/patroni/dcsSight.ts',
    ],
  },
  change: {
    signs: ['src/changing.ts'],
    modules: ['src/changing.ts', 'src/watching.ts'],
  },
};

/** A plugin that lets every entry import the groups that are loaded when it is. */
export function sharedChunks(options) {
  return {
    name: 'shared-chunks',
    setup({ onStart, onLoad, onResolve }) {
      let groups = new Map();
      onStart(async () => {
        groups = groupsOf(await readGraph(options));
      });
      onResolve({ filter: /^group:/ }, ({ path }) => ({ path, namespace: 'group' }));
      onLoad({ filter: /.*/, namespace: 'group' }, ({ path }) => ({
        contents: importing(GROUPS[path.slice('group:'.length)].modules.map((module) => `./${module}`)),
        resolveDir: options.absWorkingDir,
      }));
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
        const own = groups.get(path);
        if (own === undefined) return undefined;
        return { contents: `${await readFile(path, 'utf8')}\n${importing(own)}`, loader: 'ts' };
      });
    },
  };
}

const importing = (paths) => paths.map((path) => `import ${JSON.stringify(path)};`).join('\n');

/** Every module with what it imports at once and what it loads later. */
async function readGraph(options) {
  const { metafile } = await build({ ...options, metafile: true, write: false, outdir: 'graph' });
  const { inputs } = metafile;
  const targets = (path, later) =>
    inputs[path].imports
      .filter((one) => one.path in inputs && (one.kind === 'dynamic-import') === later)
      .map((one) => one.path);
  return {
    root: options.absWorkingDir,
    firsts: Object.values(options.entryPoints),
    imports: new Map(Object.keys(inputs).map((path) => [path, targets(path, false)])),
    loads: new Map(Object.keys(inputs).map((path) => [path, targets(path, true)])),
  };
}

/** Absolute path of each entry → names of its groups, as they are imported. */
function groupsOf({ root, firsts, imports, loads }) {
  const entries = [...new Set([...firsts, ...[...loads.values()].flat()])];
  const reached = new Map(entries.map((entry) => [entry, closure(entry, imports)]));
  // Who loads an entry later: the entries that the loading module is part of.
  const loaders = new Map(entries.map((entry) => [entry, new Set()]));
  for (const [holder, modules] of reached)
    for (const module of modules)
      for (const entry of loads.get(module)) if (entry !== holder) loaders.get(entry).add(holder);
  const groups = new Map(entries.map((entry) => [join(root, entry), []]));
  for (const [name, { signs }] of Object.entries(GROUPS)) {
    const signed = entries.filter((entry) => signs.some((sign) => reached.get(entry).has(sign)));
    for (const entry of withFollowers(signed, loaders)) groups.get(join(root, entry)).push(`group:${name}`);
  }
  return groups;
}

function closure(first, imports) {
  const seen = new Set([first]);
  for (const path of seen) for (const next of imports.get(path)) seen.add(next);
  return seen;
}

/** These entries, and those that only they load: all of the group is there by then. */
function withFollowers(signed, loaders) {
  const found = new Set(signed);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [entry, holders] of loaders)
      if (holders.size > 0 && [...holders].every((holder) => found.has(holder))) found.add(entry);
  }
  return found;
}
