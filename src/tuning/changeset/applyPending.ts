import type { Server } from '../../cluster/server.js';
import { splitList } from '../../core/setting/lists.js';
import { majorOf } from '../../core/version.js';
import type { Configuration } from '../configuration.js';
import type { PendingRestart } from './applyData.js';
import { rescueCommands, restartCommand, type ServerPlace, type Waiting } from './applyRestart.js';

/** A parameter that waits for a restart, and the value that the restart will bring. */
export interface Pending extends Waiting {
  readonly pending: string | null;
}

/** Where the server is, as far as the role may see it. */
export function placeOf({ facts }: Pick<Server, 'facts'>, { settings }: Configuration): ServerPlace {
  const setting = (name: string): string | null => settings.get(name)?.setting ?? null;
  const port = setting('port');
  const sockets = splitList(setting('unix_socket_directories') ?? '');
  return {
    dataDirectory: setting('data_directory'),
    configFile: setting('config_file'),
    port: port === null ? facts.serverPort : Number(port),
    socketDirectory: sockets?.[0] ?? null,
    role: facts.role,
    major: majorOf(facts.serverVersionNum),
  };
}

/** The rows of `pending_restart`: one rescue for all, because any of them may be what keeps the server from starting. */
export function pendingRestarts(place: ServerPlace, waiting: readonly Pending[]): PendingRestart[] {
  if (waiting.length === 0) return [];
  const rescue = rescueCommands(place, waiting);
  return waiting.map(({ name, current, pending }) => ({
    member: null,
    name,
    current,
    pending,
    next_step: restartCommand(place),
    rescue,
  }));
}
