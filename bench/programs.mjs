// The programs that pgdba is compared with, and what runs pgdba itself.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/run.js', import.meta.url));

/** Where packages put one folder per major version of PostgreSQL. */
const VERSIONED_FOLDERS = [
  ['/usr/lib/postgresql', (name) => join(name, 'bin')],
  ['/usr', (name) => (name.startsWith('pgsql-') ? join(name, 'bin') : null)],
  ['/opt/homebrew/opt', (name) => (/^(libpq|postgresql@\d+)$/.test(name) ? join(name, 'bin') : null)],
];

/** The command that runs pgdba with these words, as its users run it. */
export function pgdba(...words) {
  return { program: process.execPath, args: [BIN, ...words] };
}

/** The command that starts Node and ends it at once. */
export const EMPTY_NODE = { program: process.execPath, args: ['-e', '0'] };

/** psql running a file: nothing of its own start-up file, unaligned, rows only, stopping at an error. */
export function psqlRunning(psql, file, dsn) {
  return { program: psql, args: ['-XAt', '-v', 'ON_ERROR_STOP=1', '-f', file, dsn] };
}

/**
 * The real psql: PGDBA_BENCH_PSQL, else the newest that a package installed, else that of PATH; never a script
 * around it, which takes three times as long.
 */
export function findPsql() {
  return findClient('psql', 'PGDBA_BENCH_PSQL');
}

/** pgbench, found as psql is: PGDBA_BENCH_PGBENCH, else packaged, else of PATH. */
export function findPgbench() {
  return findClient('pgbench', 'PGDBA_BENCH_PGBENCH');
}

function findClient(name, variable) {
  const chosen = process.env[variable];
  if (chosen) return realpathSync(chosen);
  const packaged = VERSIONED_FOLDERS.flatMap(([base, inside]) => foldersIn(base, inside));
  return findProgram(name, [...packaged, ...pathFolders()]);
}

/** pgmetrics: PGDBA_BENCH_PGMETRICS, else that of PATH. */
export function findPgmetrics() {
  const chosen = process.env['PGDBA_BENCH_PGMETRICS'];
  return chosen ? realpathSync(chosen) : findProgram('pgmetrics', pathFolders());
}

/** check_postgres, a Perl script that Debian packages: PGDBA_BENCH_CHECK_POSTGRES, else that of PATH. */
export function findCheckPostgres() {
  const chosen = process.env['PGDBA_BENCH_CHECK_POSTGRES'];
  const found = chosen ? [chosen] : pathFolders().map((folder) => join(folder, 'check_postgres'));
  return found.find((path) => existsSync(path)) ?? null;
}

/** What a program says to --version, in one line. */
export function versionOf(program) {
  return execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0].trim();
}

function foldersIn(base, inside) {
  if (!existsSync(base)) return [];
  const newestFirst = readdirSync(base).sort((a, b) => Number(/\d+/.exec(b)) - Number(/\d+/.exec(a)));
  return newestFirst.map(inside).flatMap((folder) => (folder === null ? [] : [join(base, folder)]));
}

function pathFolders() {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

function findProgram(name, folders) {
  const paths = folders.map((folder) => join(folder, name));
  const found = paths.find((path) => existsSync(path) && !isScript(path));
  return found === undefined ? null : realpathSync(found);
}

function isScript(path) {
  const start = Buffer.alloc(2);
  const file = openSync(path, 'r');
  try {
    readSync(file, start);
  } finally {
    closeSync(file);
  }
  return start.toString('latin1') === '#!';
}
