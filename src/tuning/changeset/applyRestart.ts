import { dirname } from 'node:path';
import { alterSystemReset, alterSystemSet } from '../../core/setting/alterSystem.js';

/** Where a server's files are; null where the role may not see it. */
export interface ServerPlace {
  readonly dataDirectory: string | null;
  readonly configFile: string | null;
  readonly port: number | null;
  /** Folder of its Unix socket; null where it has none, too. */
  readonly socketDirectory: string | null;
  /** The role that made the change. */
  readonly role: string;
  readonly major: number;
}

/** A parameter whose new value waits for a restart. */
export interface Waiting {
  readonly name: string;
  /** The value in force, as SHOW prints it; null where the role may not see it. */
  readonly current: string | null;
  /** Text of its line in postgresql.auto.conf before the change; null = none. */
  readonly oldLine: string | null;
}

/** How one kind of installation starts and restarts a server. */
interface Installation {
  readonly restart: string;
  readonly start: (serverOptions: string) => string;
}

interface Layout {
  /** The file or folder that it is known by, with what its names hold. */
  readonly pattern: RegExp;
  readonly path: (place: ServerPlace) => string | null;
  readonly commands: (found: RegExpExecArray) => Installation;
}

/** Installations that are known by where their files are; pg_ctl does for all others. */
const LAYOUTS: readonly Layout[] = [
  {
    // Debian and Ubuntu, postgresql-common
    pattern: /^\/etc\/postgresql\/(\d+)\/([\w.-]+)\/postgresql\.conf$/,
    path: ({ configFile }) => configFile,
    commands: ([, major = '', cluster = '']) => ({
      restart: `pg_ctlcluster ${major} ${cluster} restart`,
      start: (options) => `pg_ctlcluster ${major} ${cluster} start -o ${shellWord(options)}`,
    }),
  },
  {
    // The RPMs of the PostgreSQL Global Development Group
    pattern: /^\/var\/lib\/pgsql\/(\d+)\/data$/,
    path: ({ dataDirectory }) => dataDirectory,
    commands: ([folder, major = '']) => ({
      restart: `systemctl restart postgresql-${major}`,
      start: (options) =>
        `sudo -u postgres /usr/pgsql-${major}/bin/pg_ctl start -w -D ${folder} -o ${shellWord(options)}`,
    }),
  },
];

/** The command that restarts the server, on its host and as the account that runs it. */
export function restartCommand(place: ServerPlace): string {
  return installationOf(place).restart;
}

/**
 * What to do should the server not start with the new values, one command a line: start it with the old ones on the
 * command line, which beats postgresql.auto.conf, set the old lines back, restart. Null where the old values are hidden.
 */
export function rescueCommands(place: ServerPlace, waiting: readonly Waiting[]): string | null {
  if (waiting.some(({ current }) => current === null)) return null;
  const installation = installationOf(place);
  const options = waiting.map(({ name, current }) => `-c ${shellWord(`${name}=${current ?? ''}`)}`);
  const statements = waiting.map(({ name, oldLine }) =>
    oldLine === null ? alterSystemReset(name) : alterSystemSet(name, oldLine, place.major),
  );
  return [
    installation.start(options.join(' ')),
    [psqlCommand(place), ...statements.map((statement) => `-c ${shellWord(statement)}`)].join(' '),
    installation.restart,
  ].join('\n');
}

/** Over the socket, which is there whatever becomes of listen_addresses. */
function psqlCommand({ socketDirectory, port, role }: ServerPlace): string {
  const words = [
    ...(socketDirectory === null ? [] : ['-h', shellWord(socketDirectory)]),
    ...(port === null ? [] : ['-p', String(port)]),
  ];
  return ['psql', '-X', ...words, '-U', shellWord(role), '-d', 'postgres'].join(' ');
}

function installationOf(place: ServerPlace): Installation {
  for (const { pattern, path, commands } of LAYOUTS) {
    const found = pattern.exec(path(place) ?? '');
    if (found !== null) return commands(found);
  }
  const known = configFolder(place);
  const folder = known === null ? '"$PGDATA"' : shellWord(known);
  return {
    restart: `pg_ctl restart -w -D ${folder}`,
    start: (options) => `pg_ctl start -w -D ${folder} -o ${shellWord(options)}`,
  };
}

/** pg_ctl wants the folder with postgresql.conf, which then says where the data is. */
function configFolder({ dataDirectory, configFile }: ServerPlace): string | null {
  return configFile === null ? dataDirectory : dirname(configFile);
}

function shellWord(text: string): string {
  return /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
