import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

const LOCAL = new Set(['', 'localhost', '127.0.0.1', '::1']);

/** A server that talks in the clear. */
export const sslOff: CheckRule = {
  id: 'ssl_off',
  family: 'security',
  title: 'Connections over the network are not encrypted',
  severity: 'warning',
  about:
    'ssl is off and the server listens on more than the local machine: passwords that are not SCRAM and all data pass in the clear.',
  source: 'https://www.postgresql.org/docs/current/ssl-tcp.html',
  remediation: { text: 'Give the server a certificate and turn ssl on.', sql: null },
  reads: [],
  settings: ['ssl', 'listen_addresses'],
  thresholds: {},
  find: (checked) => {
    const listen = checked.setting('listen_addresses') ?? '';
    const isLocal = listen.split(',').every((one) => LOCAL.has(one.trim()));
    if (checked.setting('ssl') === 'on' || isLocal) return [];
    return [settingFinding(checked, 'ssl', 'warning', { listen_addresses: listen })];
  },
};
