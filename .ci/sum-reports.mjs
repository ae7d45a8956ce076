// Adds up vitest's JSON reports in a folder and prints `N passed, N failed`. A test file that could not be loaded counts
// as one failure. Fails when something failed or when no test ran.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];

/** Passed and failed tests of one report. */
function countsOf({ numPassedTests, numFailedTests, testResults }) {
  const unloaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
}

const counts = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => countsOf(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
const [passed, failed] = [sum('passed'), sum('failed')];
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;
