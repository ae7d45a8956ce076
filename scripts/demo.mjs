// `npm run demo`: from a fresh clone, with nothing but Node and npm, to the tour of `pgdba demo`. Words after `--` go
// to that command: npm run demo -- --keep.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program to its end with its output on stderr: stdout is for the demo's one answer. */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error !== undefined) console.error(`${program} cannot be run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function isInstalled(name) {
  return existsSync(join(root, 'node_modules', name, 'package.json'));
}

/**
 * Installs what build and demo need, and nothing that only the tests need, where something is missing. A folder that
 * has it all stays as it is: `npm ci` would empty it first, and take the tests' packages away.
 */
function install() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (Object.keys(devDependencies).every(isInstalled)) return;
  const args = ['ci', '--workspaces=false', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath ?? '';
  if (basename(npm) === 'npm-cli.js') run(process.execPath, [npm, ...args]);
  else run('npm', args);
}

/** Runs the demo; the terminal's Ctrl-C reaches it too, and it needs us no longer than it lives. */
function demo() {
  const entryPoint = join(root, 'bin', 'run.js');
  const child = spawn(process.execPath, [entryPoint, 'demo', ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

install();
run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
demo();
