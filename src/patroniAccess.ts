import { firstLineOf } from './cluster/passwordSource.js';
import { meetServer } from './cluster/server.js';
import { PgdbaError } from './core/errors.js';
import { readInput } from './inputFile.js';
import { PatroniClient } from './patroni/client.js';
import { endpointOf, type Credentials } from './patroni/endpoint.js';
import type { Tls } from './patroni/http.js';
import type { Reach } from './reach.js';
import type { Run } from './run.js';

/** The flags of a command that reaches Patroni, as parsed. */
export interface PatroniFlags {
  readonly dsn?: string | undefined;
  readonly name?: string | undefined;
  readonly 'patroni-url'?: readonly string[] | undefined;
  readonly 'patroni-user'?: string | undefined;
  readonly 'patroni-password-command'?: string | undefined;
  readonly 'patroni-cacert'?: string | undefined;
  readonly 'patroni-cert'?: string | undefined;
  readonly 'patroni-key'?: string | undefined;
  readonly 'patroni-insecure': boolean;
  readonly 'patroni-timeout': number;
}

const PASSWORD_VARIABLE = 'PGDBA_PATRONI_PASSWORD';

/** Whether the command was given a connection to PostgreSQL; Patroni alone needs none. */
export function hasConnection({ dsn, name }: Pick<PatroniFlags, 'dsn' | 'name'>): boolean {
  return dsn !== undefined || name !== undefined;
}

/**
 * The REST API of the cluster that the flags name: --patroni-url, else what the registry holds for --name.
 * @throws PgdbaError `patroni_url_missing`, told with what SQL shows of the server; `usage`, `invalid_input` for flags
 * and files that do not fit
 * @param until ends its requests in place of the run’s own end
 */
export async function patroniClient(
  flags: PatroniFlags,
  run: Run,
  reach: Reach,
  until: AbortSignal = AbortSignal.any([run.interrupted, reach.budget]),
): Promise<PatroniClient> {
  const urls = await reach.patroniUrls();
  const tls = await tlsOf(flags);
  requirePasswordWithUser(flags, run);
  if (urls.length === 0) throw await noUrl(flags, reach);
  return new PatroniClient({
    endpoints: urls.map(endpointOf),
    credentials: () => credentialsOf(flags, run),
    tls,
    timeoutMs: flags['patroni-timeout'],
    clock: run.clock,
    signal: until,
  });
}

/** pgdba never guesses a URL; but whoever has a connection is told whether there is one to look for. */
async function noUrl(flags: PatroniFlags, reach: Reach): Promise<PgdbaError> {
  const message = 'no URL of Patroni’s REST API is given or registered';
  if (!hasConnection(flags)) return new PgdbaError('patroni_url_missing', message);
  const session = await reach.openSession();
  const { managedBy } = await meetServer(session, { functions: [], settings: [] });
  await session.close();
  if (managedBy === 'patroni') {
    return new PgdbaError('patroni_url_missing', `${message}, and the server shows that Patroni manages it`, {
      hint: 'Its address is restapi.connect_address in Patroni’s file, port 8008 unless changed: give it with --patroni-url.',
    });
  }
  return new PgdbaError(
    'patroni_url_missing',
    `${message}; the server shows no sign of Patroni (${managedBy})`,
  );
}

async function tlsOf(flags: PatroniFlags): Promise<Tls> {
  const { 'patroni-cacert': ca, 'patroni-cert': cert, 'patroni-key': key } = flags;
  if ((cert === undefined) !== (key === undefined)) {
    throw new PgdbaError('usage', '--patroni-cert and --patroni-key go together', {
      hint: 'Give both; a file that holds both may be named twice.',
    });
  }
  return {
    ca: ca === undefined ? null : await pem('--patroni-cacert', ca),
    client:
      cert === undefined || key === undefined
        ? null
        : { cert: await pem('--patroni-cert', cert), key: await pem('--patroni-key', key) },
    verify: !flags['patroni-insecure'],
  };
}

async function pem(flag: string, file: string): Promise<string> {
  const text = await readInput(file, process.stdin);
  if (text.includes('-----BEGIN ')) return text;
  throw new PgdbaError('invalid_input', `${flag}: ${file} holds no PEM`);
}

function requirePasswordWithUser(flags: PatroniFlags, { surroundings }: Run): void {
  const hasUser = flags['patroni-user'] !== undefined;
  const hasPassword = (surroundings.env[PASSWORD_VARIABLE] ?? '') !== '';
  const hasCommand = flags['patroni-password-command'] !== undefined;
  if (hasUser === (hasPassword || hasCommand)) return;
  throw hasUser
    ? new PgdbaError('usage', '--patroni-user is given without a password', {
        hint: `Set ${PASSWORD_VARIABLE}, or give --patroni-password-command.`,
      })
    : new PgdbaError('usage', 'a password for Patroni is given without --patroni-user', {
        hint: 'Give --patroni-user, or set PGDBA_PATRONI_USER.',
      });
}

async function credentialsOf(flags: PatroniFlags, { surroundings }: Run): Promise<Credentials | null> {
  const { 'patroni-user': user, 'patroni-password-command': command } = flags;
  if (user === undefined) return null;
  const { env } = surroundings;
  const password =
    command === undefined
      ? (env[PASSWORD_VARIABLE] ?? '')
      : await firstLineOf(command, { whose: 'for Patroni', env });
  return { user, password };
}
