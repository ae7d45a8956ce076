import { commandLineSetting } from './libpq/resolve.js';

const PROTOCOL_3_0 = 196_608;

/** What a session tells the server first. */
export interface StartupParameters {
  readonly user: string;
  readonly database: string;
  readonly applicationName: string;
  readonly options: string;
}

/** Returns the StartupMessage of the manual's "Message Formats". */
export function startupPacket(parameters: StartupParameters): Buffer {
  const fields = [
    ['user', parameters.user],
    ['database', parameters.database],
    ['application_name', parameters.applicationName],
    ['client_encoding', 'UTF8'],
    ...(parameters.options === '' ? [] : [['options', parameters.options]]),
  ];
  const body = Buffer.from(
    `${fields
      .flat()
      .map((text) => `${text}\0`)
      .join('')}\0`,
    'utf8',
  );
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(PROTOCOL_3_0, 4);
  return Buffer.concat([head, body]);
}

/** Returns the guards as command-line options of the backend, behind the user's own so that they win. */
export function withGuards(options: string, guards: Readonly<Record<string, string>>): string {
  const ours = Object.entries(guards).map(([name, value]) => commandLineSetting(name, value));
  return [options, ...ours].filter((part) => part !== '').join(' ');
}
