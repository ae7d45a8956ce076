import type { Outlook } from '../outlook.js';
import { bootRisk, type Guard, type GuardContext, type GuardFinding } from './guard.js';

/** Files without which a server with ssl=on does not start; those that may be empty are then not used. */
const FILES = [
  'ssl_cert_file',
  'ssl_key_file',
  'ssl_ca_file',
  'ssl_crl_file',
  'ssl_crl_dir',
  'ssl_dh_params_file',
];

/** Read by the TLS library at start: a mistake is FATAL there, and before that shows in the server's log alone. */
const READ_BY_LIBRARY = ['ssl_ciphers', 'ssl_tls13_ciphers', 'ssl_ecdh_curve', 'ssl_groups'];

const PROTOCOLS = ['ssl_min_protocol_version', 'ssl_max_protocol_version'];

const PARAMETERS = ['ssl', ...FILES, ...READ_BY_LIBRARY, ...PROTOCOLS];

/** The files that a start with TLS would read; none without TLS. */
export function tlsFiles(after: Outlook): string[] {
  if (after.settingOf('ssl') !== 'on') return [];
  return FILES.map((name) => after.settingOf(name) ?? '').filter((path) => path !== '');
}

function filesThere({ changes, after, surroundings }: GuardContext): GuardFinding[] {
  const isTurnedOn = changes.some(({ key }) => key === 'ssl');
  const asked = FILES.filter((name) => isTurnedOn || changes.some(({ key }) => key === name));
  return asked.flatMap((name) => {
    const path = after.settingOf(name);
    // No such parameter on this major, or one that the role may not see.
    const isThere =
      path === null || path === '' ? unnamed(name, path) : (surroundings.files.get(path) ?? null);
    if (isThere === true) return [];
    const parameter = changes.find(({ key }) => key === name)?.name ?? 'ssl';
    return isThere === false
      ? [
          bootRisk(
            'refuse',
            parameter,
            `with ssl=on the server needs ${name} ("${path ?? ''}"), which is not there`,
          ),
        ]
      : [
          bootRisk(
            'unless_forced',
            parameter,
            `whether the server has ${name} ("${path ?? ''}") cannot be told`,
          ),
        ];
  });
}

/** Whether the server can do without a file that no name is known of. */
function unnamed(name: string, path: string | null): boolean | null {
  if (!NEEDED.has(name)) return true;
  return path === null ? null : false;
}

const NEEDED = new Set(['ssl_cert_file', 'ssl_key_file']);

function forTheLibrary({ changes, before, after }: GuardContext): GuardFinding[] {
  return changes
    .filter(({ key }) => READ_BY_LIBRARY.includes(key) && before.settingOf(key) !== after.settingOf(key))
    .map(({ name }) =>
      bootRisk(
        'unless_forced',
        name,
        `${name} is tried only when the server starts: a mistake keeps it from starting`,
      ),
    );
}

function protocolsInOrder({ changes, after }: GuardContext): GuardFinding[] {
  const [least, most] = PROTOCOLS.map((name) => after.settingOf(name) ?? '');
  // The names of the versions stand in their order: TLSv1, TLSv1.1, TLSv1.2, TLSv1.3.
  if (least === undefined || most === undefined || most === '' || least <= most) return [];
  const parameter = changes.find(({ key }) => PROTOCOLS.includes(key))?.name ?? 'ssl';
  return [
    bootRisk(
      'refuse',
      parameter,
      `ssl_min_protocol_version (${least}) is above ssl_max_protocol_version (${most})`,
    ),
  ];
}

/** What a server with ssl=on reads when it starts. */
export const TLS_GUARD: Guard = {
  id: 'tls',
  parameters: PARAMETERS,
  reference: 'https://www.postgresql.org/docs/current/ssl-tcp.html',
  check: (context: GuardContext) =>
    context.after.settingOf('ssl') === 'on'
      ? [...filesThere(context), ...forTheLibrary(context), ...protocolsInOrder(context)]
      : [],
};
