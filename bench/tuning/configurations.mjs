// The three configurations: what initdb leaves, what PGTune says, what pgdba applies.
import { cpus, totalmem } from 'node:os';
import { outputOf } from '../measure.mjs';
import { pgdba } from '../programs.mjs';
import { work } from './workload.mjs';

const MIB = 2 ** 20;

/** Lines that a server takes and may yet not start with: what its system allows decides. */
const STARTS_PERHAPS = ['io_method', 'huge_pages'];

/** What both tuners are told of this machine. */
function machineWords() {
  const ram = `${Math.floor(totalmem() / MIB)}MB`;
  return ['--workload', 'oltp', '--ram', ram, '--cpus', String(cpus().length), '--storage', 'ssd'];
}

/**
 * The configurations in the order in which they run. `auto_conf` is the text of postgresql.auto.conf, null for initdb's;
 * `left_out` has what was recommended and this server would not take.
 */
export async function makeConfigurations(bed, settings, pg) {
  const { env, major } = settings;
  return [
    { name: 'D', what: 'what initdb leaves', command: null, autoConf: null, left_out: [] },
    await fromPgtune(bed, env, major, pg),
    await fromPgdba(bed, settings),
  ];
}

async function fromPgtune(bed, env, major, pg) {
  const words = ['config', 'tune', '--offline', '--pg-version', String(major), '--rules', 'pgtune'];
  const command = pgdba(...words, ...machineWords());
  const { data } = JSON.parse(await outputOf(command, env));
  const leftOut = [];
  const accepted = await bed.withCopy(null, async (server) => {
    for (const { parameter, recommended } of data.recommendations) {
      const line = `ALTER SYSTEM SET ${pg.escapeIdentifier(parameter)} = ${pg.escapeLiteral(recommended)}`;
      const refusal = await server.query(line, 'postgres').then(
        () => null,
        (error) => error.message,
      );
      if (refusal !== null) leftOut.push({ line: `${parameter} = ${recommended}`, reason: refusal });
    }
    return bed.autoConf();
  });
  const { autoConf, failed } = await untilItStarts(bed, accepted);
  return {
    name: 'P',
    what: 'PGTune',
    command: told(command),
    autoConf,
    left_out: [...leftOut, ...failed],
  };
}

/** Takes lines away that the server does not start with. @throws Error when it is none of those known for it */
async function untilItStarts(bed, accepted) {
  const failed = [];
  for (let autoConf = accepted; ;) {
    try {
      await bed.withCopy(autoConf, () => undefined);
      return { autoConf, failed };
    } catch (error) {
      const lines = linesOf(autoConf);
      const suspect = lines.find((line) => STARTS_PERHAPS.some((name) => line.startsWith(`${name} = `)));
      if (suspect === undefined) throw error;
      failed.push({ line: suspect, reason: error.message });
      autoConf = lines.filter((line) => line !== suspect).join('\n') + '\n';
    }
  }
}

/** PGTune knows the machine; pgdba also what the server has seen, so it first sees the work of a run for a while. */
async function fromPgdba(bed, settings) {
  const { env, observe } = settings;
  const words = ['config', 'tune', ...machineWords(), '--apply'];
  const autoConf = await bed.withCopy(null, async (server) => {
    const until = performance.now() + observe * 1000;
    while (performance.now() < until) await work(settings, server);
    await outputOf(pgdba(...words, '--dsn', server.dsn('bench')), env);
    return bed.autoConf();
  });
  return { name: 'X', what: 'pgdba', command: told(pgdba(...words)), autoConf, left_out: [] };
}

/** A command as people write it. */
function told({ args }) {
  return ['pgdba', ...args.slice(1)].join(' ');
}

/** The lines of a postgresql.auto.conf without its comments. */
export function linesOf(autoConf) {
  return (autoConf ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
