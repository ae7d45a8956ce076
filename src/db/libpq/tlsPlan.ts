import { createPrivateKey } from 'node:crypto';
import { PgdbaError } from '../../core/errors.js';
import type { Settings } from './conninfo.js';
import { invalid } from './invalid.js';
import type { SslMode, TlsMaterial, TlsPlan, TlsVersion } from './plan.js';
import { statOrNull, type Surroundings } from './surroundings.js';
import { choice, textOrNull } from './values.js';

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** Where distributions keep the certificates that `sslrootcert=system` means, when OpenSSL’s own variable is silent. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Returns how TLS is to be used, as the manual's "libpq: SSL Support" has it.
 * @throws PgdbaError connection_string_invalid for values that are unknown or too weak for each other
 */
export function readTlsPlan(settings: Settings, around: Surroundings): TlsPlan {
  const system = settings.get('sslrootcert') === 'system';
  const mode = choice(settings, 'sslmode', MODES, system ? 'verify-full' : 'prefer');
  const direct = choice(settings, 'sslnegotiation', ['postgres', 'direct'], 'postgres') === 'direct';
  if (system && mode !== 'verify-full' && mode !== 'disable') {
    throw invalid(`weak sslmode "${mode}" may not be used with sslrootcert=system (use "verify-full")`);
  }
  if (direct && ['disable', 'allow', 'prefer'].includes(mode)) {
    throw invalid(
      `weak sslmode "${mode}" may not be used with sslnegotiation=direct`,
      'Use sslmode=require or more.',
    );
  }
  const minVersion = tlsVersion(settings, 'ssl_min_protocol_version', 'TLSv1.2');
  const maxVersion = tlsVersion(settings, 'ssl_max_protocol_version', 'TLSv1.3');
  if (VERSIONS.indexOf(minVersion) > VERSIONS.indexOf(maxVersion))
    throw invalid('invalid SSL protocol version range');
  // Only its refusal of unknown words matters: `require` has been refused before (keywords.ts).
  const certMode = choice(settings, 'sslcertmode', ['disable', 'allow'], 'allow');
  return {
    mode,
    direct,
    minVersion,
    maxVersion,
    sni: settings.get('sslsni') !== '0',
    keyLogFile: textOrNull(settings, 'sslkeylogfile'),
    material: () => ({
      ...trust(settings, mode, around),
      client: certMode === 'disable' ? null : client(settings, around),
    }),
  };
}

function tlsVersion(settings: Settings, keyword: string, unset: TlsVersion): TlsVersion {
  const value = textOrNull(settings, keyword);
  if (value === null) return unset;
  const found = VERSIONS.find((version) => version.toLowerCase() === value.toLowerCase());
  if (found === undefined)
    throw invalid(`invalid ${keyword} value: "${value}"`, `It is one of: ${VERSIONS.join(', ')}.`);
  return found;
}

/** A root file that exists is used whatever sslmode says: sslmode=require then verifies as verify-ca does. */
function trust(settings: Settings, mode: SslMode, around: Surroundings): Pick<TlsMaterial, 'ca' | 'crl'> {
  const named = textOrNull(settings, 'sslrootcert');
  if (named === 'system') return { ca: systemRoots(around), crl: crls(settings, around) };
  const file = named ?? inHome(around, 'root.crt');
  if (file !== null && statOrNull(around.files, file) !== null) {
    return { ca: [readText(file, around, 'root certificate file')], crl: crls(settings, around) };
  }
  if (mode === 'verify-ca' || mode === 'verify-full') {
    throw new PgdbaError(
      'tls_failed',
      `root certificate file "${file ?? '~/.postgresql/root.crt'}" does not exist`,
      {
        hint: 'Either provide the file, use the system’s trusted roots with sslrootcert=system, or change sslmode to disable server certificate verification.',
      },
    );
  }
  return { ca: null, crl: [] };
}

function systemRoots(around: Surroundings): readonly string[] | 'system' {
  const candidates = [around.env['SSL_CERT_FILE'] ?? '', ...SYSTEM_BUNDLES];
  const bundle = candidates.find((file) => file !== '' && statOrNull(around.files, file)?.kind === 'file');
  return bundle === undefined ? 'system' : [readText(bundle, around, 'root certificate file')];
}

/** A revocation list that does not exist is no list; one that does is required to be readable. */
function crls(settings: Settings, around: Surroundings): string[] {
  const folder = textOrNull(settings, 'sslcrldir');
  const file = textOrNull(settings, 'sslcrl') ?? (folder === null ? inHome(around, 'root.crl') : null);
  const hashed =
    folder !== null && statOrNull(around.files, folder)?.kind === 'directory'
      ? around.files.list(folder).filter((name) => /^[0-9a-f]{8}\.r\d+$/.test(name))
      : [];
  const paths = [...(file === null ? [] : [file]), ...hashed.map((name) => `${String(folder)}/${name}`)];
  return paths
    .filter((path) => statOrNull(around.files, path) !== null)
    .map((path) => readText(path, around, 'certificate revocation list'));
}

function client(settings: Settings, around: Surroundings): TlsMaterial['client'] {
  const certFile = textOrNull(settings, 'sslcert') ?? inHome(around, 'postgresql.crt');
  if (certFile === null || statOrNull(around.files, certFile) === null) return null;
  const keyFile = textOrNull(settings, 'sslkey') ?? inHome(around, 'postgresql.key');
  if (keyFile?.startsWith('engine:') === true) {
    throw new PgdbaError(
      'connection_option_unsupported',
      'sslkey names an OpenSSL engine, which pgdba cannot load',
    );
  }
  const cert = readText(certFile, around, 'certificate file');
  const key = readKey(keyFile ?? '', around, textOrNull(settings, 'sslpassword') ?? undefined);
  return { cert, key, passphrase: textOrNull(settings, 'sslpassword') ?? undefined };
}

/** libpq's rule: nobody but the owner may read the key, except that a key of root may be readable by its group. */
function readKey(file: string, around: Surroundings, passphrase: string | undefined): string {
  const facts = statOrNull(around.files, file);
  if (facts === null)
    throw new PgdbaError('tls_failed', `certificate present, but not private key file "${file}"`);
  if (facts.kind !== 'file')
    throw new PgdbaError('tls_failed', `private key file "${file}" is not a regular file`);
  const forbidden = facts.uid === 0 ? 0o037 : 0o077;
  if ((facts.mode & forbidden) !== 0) {
    throw new PgdbaError('tls_failed', `private key file "${file}" has group or world access`, {
      hint: 'Give it permissions 0600, or 0640 if root owns it.',
    });
  }
  const bytes = readBytes(file, around, 'private key file');
  const text = bytes.toString('latin1');
  return text.includes('-----BEGIN') ? text : pemOfDer(bytes, file, passphrase);
}

function pemOfDer(bytes: Buffer, file: string, passphrase: string | undefined): string {
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    try {
      const key = createPrivateKey({
        key: bytes,
        format: 'der',
        type,
        ...(passphrase === undefined ? {} : { passphrase }),
      });
      return key.export({ format: 'pem', type: 'pkcs8' }).toString();
    } catch {
      continue;
    }
  }
  throw new PgdbaError('tls_failed', `could not load private key file "${file}"`);
}

function inHome(around: Surroundings, name: string): string | null {
  return around.home === null ? null : `${around.home}/.postgresql/${name}`;
}

function readText(path: string, around: Surroundings, what: string): string {
  return readBytes(path, around, what).toString('latin1');
}

function readBytes(path: string, around: Surroundings, what: string): Buffer {
  try {
    return around.files.read(path);
  } catch (error) {
    throw new PgdbaError('tls_failed', `could not read ${what} "${path}"`, { cause: error });
  }
}
