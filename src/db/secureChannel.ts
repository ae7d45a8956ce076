import { appendFileSync } from 'node:fs';
import { isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  type ConnectionOptions,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { ConnectRefusal } from './connectFailure.js';
import type { TlsPlan } from './libpq/plan.js';
import { networkFault } from './networkError.js';
import { settled } from './settled.js';

/**
 * P-256 first: servers up to PostgreSQL 17 offer only that curve by default, and a client that leads with X25519 pays
 * one more round trip for the server's correction.
 */
const CURVES = 'prime256v1:X25519:secp384r1:secp521r1';

const ALPN = 'postgresql';

/**
 * Returns the socket with TLS on it, the server's certificate checked as sslmode demands.
 * @throws PgdbaError tls_failed for unusable files; ConnectRefusal tls_failed; the signal's reason
 */
export async function secure(
  socket: Socket,
  host: string,
  plan: TlsPlan,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const secured = await handshake(socket, host, plan, signal);
  if (plan.direct && secured.alpnProtocol !== ALPN) {
    secured.destroy();
    throw new ConnectRefusal(
      'tls_failed',
      'direct SSL connection was established without ALPN protocol negotiation',
    );
  }
  return secured;
}

async function handshake(
  socket: Socket,
  host: string,
  plan: TlsPlan,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const options = tlsOptions(host, plan);
  try {
    const secured = connectTls({ ...options, socket });
    secured.on('error', () => undefined);
    const { keyLogFile } = plan;
    if (keyLogFile !== null) {
      secured.on('keylog', (line: Buffer) => {
        appendFileSync(keyLogFile, line, { mode: 0o600 });
      });
    }
    await settled(secured, 'secureConnect', signal);
    return secured;
  } catch (error) {
    throw handshakeFailure(error, plan);
  }
}

function tlsOptions(host: string, plan: TlsPlan): ConnectionOptions {
  const { ca, crl, client } = plan.material();
  return {
    host,
    // RFC 6066 has no server names that are addresses.
    ...(plan.sni && isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: [ALPN],
    ecdhCurve: CURVES,
    minVersion: plan.minVersion,
    maxVersion: plan.maxVersion,
    rejectUnauthorized: ca !== null,
    ...(ca === null || ca === 'system' ? {} : { ca: [...ca] }),
    ...(crl.length === 0 ? {} : { crl: [...crl] }),
    ...(client === null ? {} : { cert: client.cert, key: client.key }),
    ...(client?.passphrase === undefined ? {} : { passphrase: client.passphrase }),
    checkServerIdentity: (_name, certificate) =>
      plan.mode === 'verify-full' ? checkName(host, certificate) : undefined,
  };
}

/** Node's check, and libpq's one addition: an address may stand in the common name of a certificate without SANs. */
function checkName(host: string, certificate: PeerCertificate): Error | undefined {
  const common: unknown = certificate.subject.CN;
  if (isIP(host) !== 0 && certificate.subjectaltname === undefined && common === host) return undefined;
  return checkServerIdentity(host, certificate);
}

/** Whatever breaks during a handshake is a failure of TLS; only what is no network error at all stays as it is. */
function handshakeFailure(thrown: unknown, plan: TlsPlan): unknown {
  if (!(thrown instanceof Error)) return thrown;
  if (/bad decrypt|interrupted or cancelled|BAD_PASSWORD|bad password|BAD_DECRYPT/i.test(thrown.message)) {
    return new ConnectRefusal(
      'tls_failed',
      'the private key could not be decrypted',
      'Give its passphrase as sslpassword.',
    );
  }
  if (
    networkFault(thrown) === 'broken' ||
    (thrown instanceof ConnectRefusal && thrown.code === 'connection_failed')
  ) {
    const hint = 'sslnegotiation=direct needs PostgreSQL 17 or later.';
    return new ConnectRefusal(
      'tls_failed',
      'SSL SYSCALL error: EOF detected',
      plan.direct ? hint : undefined,
    );
  }
  return thrown;
}
