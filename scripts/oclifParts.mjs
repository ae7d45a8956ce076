// What of oclif goes into the bundle. A command that runs needs its parser and little else; as it is written, oclif loads
// all of itself for whatever part is asked for.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { sep } from 'node:path';
import { build } from 'esbuild';

/** Packages that oclif uses to search for plugins and sources on disk, which pgdba never does. */
const UNUSED_BY_US = /^(tinyglobby|minimatch|lilconfig|cli-spinners|wsl-utils|get-package-type)$/;

/**
 * The parts that run whenever words are parsed, and the package that help asks them for. What else they ask for is needed
 * in messages of errors only.
 */
const PARSING = /^(debug|(command|flags|args|cache|logger|settings|screen|(parser|errors|util)\/.*)\.js)$/;

/** One file of CommonJS beside the chunks, for what parsing seldom needs: an ES module cannot be loaded in mid-sentence. */
const SELDOM = 'oclif-seldom.cjs';

const LIBRARY = `${sep}@oclif${sep}core${sep}lib${sep}`;
const REQUIRED = /^const (\w+_1) = ((?:__importDefault\()?)require\("([^"]+)"\)(\)?);$/gm;

/** The name of a file below oclif's own folder, with slashes; of another package what it is asked for by. */
function partOf(path, specifier = '') {
  const at = path.lastIndexOf(LIBRARY);
  return at < 0 ? specifier : path.slice(at + LIBRARY.length).replaceAll(sep, '/');
}

/** Leaves out what is never used. */
const withoutUnused = {
  name: 'oclif-unused',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: UNUSED_BY_US }, ({ path }) => ({ path, namespace: 'unused' }));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * Makes oclif's files load each other when a part of one is first used. They refer to each other as `name_1.part`, so
 * that a required module can be a proxy. What parsing asks of the rest is taken from a file of its own.
 * @returns the plugin, and what writes that file into a folder once the plugin has seen all of oclif
 */
export function oclifParts(options) {
  const seldom = new Map();
  const requiring = (importer, specifier) => {
    const here = `require("${specifier}")`;
    if (specifier.startsWith('node:') || !PARSING.test(partOf(importer))) return here;
    const path = createRequire(importer).resolve(specifier);
    const name = partOf(path, specifier);
    if (PARSING.test(name)) return here;
    seldom.set(name, path);
    return `require("./${SELDOM}")[${JSON.stringify(name)}]()`;
  };
  const lazily = (importer, source) =>
    source.replace(
      REQUIRED,
      (_line, name, wrapped, specifier, end) =>
        `let ${name}_loaded; const ${name} = new Proxy({}, ` +
        `{ get: (_target, part) => (${name}_loaded ??= ${wrapped}${requiring(importer, specifier)}${end})[part] });`,
    );
  const plugin = {
    name: 'oclif-parts',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^\\./${SELDOM}$`) }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, async ({ path }) => ({
        contents: lazily(path, await readFile(path, 'utf8')),
        loader: 'js',
      }));
    },
  };
  const writeSeldom = async (folder) => {
    const parts = [...seldom].map(
      ([name, path]) => `${JSON.stringify(name)}: () => require(${JSON.stringify(path)})`,
    );
    const stdin = {
      contents: `module.exports = { ${parts.sort().join(', ')} };`,
      resolveDir: options.absWorkingDir,
    };
    const plugins = [withoutUnused];
    await build({ ...options, banner: {}, format: 'cjs', stdin, plugins, outfile: `${folder}/${SELDOM}` });
  };
  return { plugins: [withoutUnused, plugin], writeSeldom };
}
