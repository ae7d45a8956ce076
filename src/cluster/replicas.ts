import { isDsn, parseDsn, splitHostPort } from './registration.js';

/**
 * The DSN of a registered replica. One that is written host[:port] is reached as the cluster itself is, with host and
 * port exchanged; what only fits the primary (hostaddr, target_session_attrs) is emptied, so that neither a service
 * file nor a variable fills it in again.
 */
export function replicaDsn(clusterDsn: string, replica: string): string {
  const place = isDsn(replica) ? undefined : splitHostPort(replica);
  if (place === undefined) return replica;
  const settings = parseDsn(clusterDsn);
  settings.set('host', place.host);
  settings.set('hostaddr', '');
  settings.set('target_session_attrs', 'any');
  if (place.port !== null) settings.set('port', place.port);
  else if (settings.get('port')?.includes(',') === true) settings.delete('port');
  return [...settings].map(([keyword, value]) => `${keyword}='${value.replace(/[\\']/g, '\\$&')}'`).join(' ');
}
