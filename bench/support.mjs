// The server starter and the delaying proxy of the tests, which are TypeScript: bundled here for plain Node.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from '../scripts/build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
// Two folders below the repository, like test/support: its modules find the repository from where they lie.
const outfile = fileURLToPath(new URL('../node_modules/.cache/pgdba-bench.mjs', import.meta.url));

const contents = `
  export { startServer } from './test/support/servers.js';
  export {
    clearAbandonedFolders, forgetFolder, makeServerFolder, rememberProcess,
  } from './test/support/serverFolders.js';
  export { startDebianServer } from './test/support/debianServer.js';
  export { binariesOf } from './test/support/binaries.js';
  export { freePort } from './test/support/freePort.js';
  export { initialiseSandbox, startServer as startSandboxServer, stopServer } from './src/sandbox/server.js';
  export { usableBinaries } from './src/sandbox/binaries.js';
  export { serverUser } from './src/sandbox/systemUser.js';
  export { BaselineStore } from './src/baseline/store.js';
  export { SECTIONS } from './src/inspect/registry.js';
  export { shownRow } from './src/inspect/section.js';
  export { startProxy } from './test/support/proxy.js';
  export { default as pg } from 'pg';
`;

/** Bundles and loads what `contents` names. */
export async function loadSupport() {
  await build({ ...bundleOptions, stdin: { contents, resolveDir: root, loader: 'ts' }, outfile });
  return import(pathToFileURL(outfile).href);
}
