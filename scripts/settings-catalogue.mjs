// Writes src/tuning/catalogue/settings<major>.json: what pg_settings of every major says of each setting that can be
// changed. Starts a server of each major from the binaries that the tests use; run it when a new major is pinned:
//   node scripts/settings-catalogue.mjs
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** `postgres` as it starts when nobody has configured it: initdb's own lines, and none of the tests'. */
const UNCONFIGURED = { shared_preload_libraries: '', shared_buffers: '128MB' };

const SETTINGS = /* sql */ `
SELECT s.category, s.name, s.vartype, s.unit, s.context, s.boot_val, s.min_val, s.max_val, s.enumvals
  FROM pg_catalog.pg_settings AS s
 WHERE s.context <> 'internal' AND s.name NOT LIKE '%.%'
 ORDER BY s.category COLLATE "C", s.name COLLATE "C"`;

/**
 * Values that distributions build PostgreSQL with and the tests' binaries lack, by setting; `after` is where they
 * stand in the list. As Debian's packages list them (read on its 15).
 */
const FULL_BUILD = [
  { name: 'wal_compression', since: 15, values: ['lz4', 'zstd'], after: 'pglz' },
  { name: 'default_toast_compression', since: 14, values: ['lz4'], after: 'pglz' },
  { name: 'io_method', since: 18, values: ['io_uring'], after: 'worker' },
];

/** Paths that only say where one build was installed. */
const PATH_OF_BUILD = ['krb_server_keyfile', 'unix_socket_directories'];

/** The tests' way to start a server, as a module that Node can run. */
async function testSupport() {
  const folder = await mkdtemp(join(root, 'node_modules', '.pgdba-catalogue-'));
  const outfile = join(folder, 'servers.mjs');
  const source = `export * from './test/support/servers.js'; export { MAJORS } from './test/support/majors.js';`;
  await build({
    ...bundleOptions,
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    packages: 'external',
    outfile,
  });
  return { support: await import(pathToFileURL(outfile).href), folder };
}

async function settingsOf(major, startServer) {
  const server = await startServer({ major, settings: UNCONFIGURED, name: `catalogue${major}` });
  try {
    return await server.query(SETTINGS);
  } finally {
    await server.stop();
  }
}

function withFullBuild(row, major) {
  const known = FULL_BUILD.find(({ name, since }) => name === row.name && major >= since);
  if (known === undefined) return row.enumvals;
  const missing = known.values.filter((value) => !row.enumvals.includes(value));
  return row.enumvals.flatMap((value) => (value === known.after ? [value, ...missing] : [value]));
}

function rowText(row, major) {
  const boot = PATH_OF_BUILD.includes(row.name) ? null : row.boot_val;
  const { name, vartype, unit, context, min_val: min, max_val: max } = row;
  return JSON.stringify([name, vartype, unit, context, boot, min, max, withFullBuild(row, major)]);
}

/** One row a line, under its chapter. */
function fileText(rows, major) {
  const chapters = [...new Set(rows.map(({ category }) => category))].map((category) => {
    const own = rows.filter((row) => row.category === category).map((row) => `    ${rowText(row, major)}`);
    return `  ${JSON.stringify(category)}: [\n${own.join(',\n')}\n  ]`;
  });
  return `{\n${chapters.join(',\n')}\n}\n`;
}

const { support, folder } = await testSupport();
try {
  for (const major of support.MAJORS) {
    const rows = await settingsOf(major, support.startServer);
    await writeFile(join(root, 'src/tuning/catalogue', `settings${major}.json`), fileText(rows, major));
    console.error(`settings${major}.json: ${rows.length} settings`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
