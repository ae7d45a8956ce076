// The flags of the tuning experiment.
import { parseArgs } from 'node:util';
import { positive } from '../options.mjs';

export const USAGE = `Usage: npm run bench -- tuning [flags]
  --rounds N        runs of each configuration (3 unless given, which is the least)
  --scale N         scale of pgbench's tables (50 unless given; about 15 MB each)
  --clients N       sessions of pgbench (8 unless given)
  --transactions N  transactions of each of them, TPC-B-like (7500 unless given)
  --seed N          random seed of pgbench (7 unless given)
  --observe N       seconds of this work that pgdba's server has seen when it is tuned (600 unless given, the least
                    that it goes by; 0 for a new server)
  --major N         major version of the server, from 14 on (18 unless given)
  --json FILE       also write the result as JSON
  --help            this text
`;

/** Fewer say nothing about the noise between rounds. */
const LEAST_ROUNDS = 3;
/** pg_stat_wal came with it. */
const OLDEST_MAJOR = 14;

const NUMBERS = { rounds: 3, scale: 50, clients: 8, transactions: 7500, seed: 7, observe: 600, major: 18 };

/**
 * The flags as given on the command line.
 * @throws Error for a flag that does not exist, a number that is none, too few rounds and too old a server
 */
export function readOptions(argv) {
  const numbers = Object.keys(NUMBERS);
  const asText = numbers.map((name) => [name, { type: 'string', default: String(NUMBERS[name]) }]);
  const { values } = parseArgs({
    args: argv,
    options: {
      ...Object.fromEntries(asText),
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const options = { ...values };
  for (const name of numbers) {
    const none = name === 'observe' && values[name] === '0';
    options[name] = none ? 0 : positive(`--${name}`, values[name]);
  }
  if (options.rounds < LEAST_ROUNDS) throw new Error(`--rounds takes ${LEAST_ROUNDS} at least`);
  if (options.major < OLDEST_MAJOR) throw new Error(`--major takes ${OLDEST_MAJOR} at least`);
  return options;
}
