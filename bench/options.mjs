// The flags of the benchmark.
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench -- [flags]
       npm run bench -- tuning [flags]   another experiment; --help after it tells of it
       npm run bench -- bloat [flags]    another one
  --rounds N      pairs of runs for each row (15 unless given)
  --only NAMES    only these rows, separated by commas
  --json FILE     also write the result as JSON
  --server DSN    use this server for the rows of the small server
  --wide DSN      use this database, made by an earlier run, for the wide rows
  --keep-server   afterwards keep the servers until Ctrl-C, and say how another run reaches them
  --major N       major version of the servers that are started (18 unless given)
  --list          list the rows
  --help          this text
`;

/**
 * The flags as given on the command line.
 * @throws Error for a flag that does not exist and for a number that is none
 */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      rounds: { type: 'string', default: '15' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      server: { type: 'string' },
      wide: { type: 'string' },
      'keep-server': { type: 'boolean', default: false },
      major: { type: 'string', default: '18' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    rounds: positive('--rounds', values.rounds),
    major: positive('--major', values.major),
    only: values.only.flatMap((names) => names.split(',')).filter((name) => name !== ''),
  };
}

/** A whole number above 0. @throws Error for anything else */
export function positive(flag, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${flag} takes a whole number above 0, not "${text}"`);
}
