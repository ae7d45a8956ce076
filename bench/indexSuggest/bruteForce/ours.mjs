// What pgdba suggests for a workload, as HypoPG takes it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sum } from './costs.mjs';

const run = promisify(execFile);
/** HypoPG knows no others. */
const JUDGED = /USING (btree|brin) /;

/** The definitions that pgdba suggests, without CONCURRENTLY and the name; null of one that HypoPG cannot judge. */
async function suggested(program, dsn, texts, words) {
  const running = run(process.execPath, [program, 'query', 'index-suggest', '--dsn', dsn, ...words, '-'], {
    maxBuffer: 1 << 26,
  });
  running.child.stdin.end(texts.join(';\n'));
  const { data } = JSON.parse((await running).stdout);
  return data.suggestions
    .map(({ ddl }) =>
      ddl.replace(/^CREATE INDEX CONCURRENTLY .*? ON (?!ONLY)/, 'CREATE INDEX ON ').replace(/;$/, ''),
    )
    .filter((ddl) => JUDGED.test(ddl));
}

/** What it costs with pgdba's indexes, their size as HypoPG reckons it, and which they are. */
export async function ours(judge, { program, dsn }, texts, words) {
  const indexes = await suggested(program, dsn, texts, words);
  return { cost: sum(await judge.of(indexes, texts)), size: await judge.size(indexes), indexes };
}
