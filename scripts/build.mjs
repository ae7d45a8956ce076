// Builds dist/pgdba.js, the bundle behind bin/run.js, and dist/manifest.json, what --help shows. What only some
// commands need lies in chunks of its own, which are loaded when it is needed; docs/adr has the reasons.
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { oclifParts } from './oclifParts.mjs';
import { sharedChunks } from './sharedChunks.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const banner = [
  "import { createRequire as pgdbaCreateRequire } from 'node:module';",
  'const require = pgdbaCreateRequire(import.meta.url);',
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
  // Node 20 has no navigator, and pg then builds a Response to find out whether it runs on a Cloudflare worker, which
  // loads undici: 27 ms and 9 MiB of every start.
  "globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node.split('.')[0]}` };",
].join('\n');

/** What every bundle of ours is built with. */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.20',
  format: 'esm',
  logLevel: 'warning',
  legalComments: 'none',
  // oclif asks for these only when it runs TypeScript sources; pg-native is an alternative driver.
  external: ['typescript', 'ts-node', 'tsx', 'pg-native'],
  banner: { js: banner },
};

/** The product's own bundle, into a folder. */
async function buildProduct(outdir) {
  const oclif = oclifParts(bundleOptions);
  const options = {
    ...bundleOptions,
    minifyWhitespace: true,
    minifySyntax: true,
    entryPoints: { pgdba: 'src/cli.ts' },
    splitting: true,
    plugins: oclif.plugins,
  };
  await build({ ...options, plugins: [...oclif.plugins, sharedChunks(options)], outdir });
  await oclif.writeSeldom(outdir);
}

/** Builds beside dist and then puts it in dist's place, so that a pgdba that runs meanwhile finds its chunks. */
async function buildAll() {
  const [next, old] = [`${root}/dist.next`, `${root}/dist.old`];
  await rm(next, { recursive: true, force: true });
  await buildProduct(next);
  // libpg-query looks for its WebAssembly beside the chunk that loads it.
  const parser = dirname(createRequire(import.meta.url).resolve('libpg-query'));
  await copyFile(join(parser, 'libpg-query.wasm'), join(next, 'libpg-query.wasm'));
  await writeManifest(next);
  await rm(old, { recursive: true, force: true });
  await rename(`${root}/dist`, old).catch(() => undefined);
  await rename(next, `${root}/dist`);
  await rm(old, { recursive: true, force: true });
}

async function writeManifest(folder) {
  const outfile = `${folder}/.manifest-maker.js`;
  await build({ ...bundleOptions, entryPoints: ['src/manifest.ts'], outfile });
  const { describeCommands } = await import(pathToFileURL(outfile).href);
  await writeFile(`${folder}/manifest.json`, `${JSON.stringify(await describeCommands())}\n`);
  await rm(outfile);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
