import { join } from 'node:path';

type Reporter = 'default' | ['json', { outputFile: string }];

/** What a run reports to: people, and a JSON file in the folder that PGDBA_TEST_REPORTS names. */
export function reporters(name: string): Reporter[] {
  const folder = process.env['PGDBA_TEST_REPORTS'];
  return folder === undefined
    ? ['default']
    : ['default', ['json', { outputFile: join(folder, `${name}.json`) }]];
}
