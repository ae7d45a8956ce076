// Runs the checks and the tests side by side, and fails when either does. Tests wait for servers and processes much of
// their time: the checks get what the machine has left meanwhile, and no more. Words after it go to vitest.
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Beside a test that keeps a core busy, a check gets a quarter of it. */
const LOW_PRIORITY = 5;

function start(program, words) {
  const child = spawn(program, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const passed = new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
  return { pid: child.pid, passed };
}

const checks = start(process.execPath, ['scripts/check.mjs']);
// Whatever it starts inherits it.
if (checks.pid !== undefined) setPriority(checks.pid, LOW_PRIORITY);
const tests = start('vitest', ['run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)]);
const [checksPassed, testsPassed] = await Promise.all([checks.passed, tests.passed]);
if (!checksPassed) console.log('A check failed: see above, where it is told.');
if (!checksPassed || !testsPassed) process.exitCode = 1;
