/** Which of Node's and pg's errors come from the network rather than from a mistake in the code. */

const REFUSED = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK', 'EACCES', 'EPERM'];
const UNRESOLVED = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NONAME', 'EAI_NODATA'];
const TIMED_OUT = ['ETIMEDOUT'];
const BROKEN = [
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ENOTCONN',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
];
const UNREACHABLE = [
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EINVAL',
];

/** OpenSSL's verdicts on a certificate, as Node passes them on. */
const CERTIFICATE =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_C|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH)/;

/** pg rejects with plain Errors when the socket goes away; only the words tell them. */
const PG_BROKEN = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

export type NetworkFault = 'refused' | 'unresolved' | 'timeout' | 'broken' | 'unreachable' | 'tls';

/** Returns what kind of network failure an error is, or null when it is none. */
export function networkFault(error: Error): NetworkFault | null {
  const code = codeOf(error) ?? '';
  if (REFUSED.includes(code)) return 'refused';
  if (UNRESOLVED.includes(code)) return 'unresolved';
  if (TIMED_OUT.includes(code)) return 'timeout';
  if (BROKEN.includes(code) || PG_BROKEN.test(error.message)) return 'broken';
  if (UNREACHABLE.includes(code)) return 'unreachable';
  return /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|ERR_CRYPTO_|EPROTO$)/.test(code) || CERTIFICATE.test(code)
    ? 'tls'
    : null;
}

/** Returns the `code` of a system, TLS or server error. */
export function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** An ErrorResponse of the server, told by its fields: `code` alone may also be `EPIPE`, five letters like an SQLSTATE. */
export interface ServerError extends Error {
  readonly code: string;
  readonly severity: string;
}

/** Returns whether the server itself sent this error. */
export function isServerError(error: Error): error is ServerError {
  return 'severity' in error && typeof error.severity === 'string' && codeOf(error) !== undefined;
}
