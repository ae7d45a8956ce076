import { PgdbaError } from '../core/errors.js';

/** User and password of Patroni's REST API (HTTP basic authentication). */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A node's REST API. */
export interface Endpoint {
  /** Without credentials and without a slash at the end; may be shown. */
  readonly url: string;
  /** What the URL itself held; null for most. */
  readonly credentials: Credentials | null;
}

/**
 * The endpoint that a URL names: scheme, host and port, and a path when the API stands behind a proxy. Patroni's own
 * api_url ends in /patroni, which is left out. Credentials in it are taken out, so that no message can show them.
 * @throws PgdbaError `usage` when it is no http or https URL; the message does not quote it
 */
export function endpointOf(text: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new PgdbaError('usage', 'a URL of Patroni is an http or https URL', {
      hint: 'For example --patroni-url http://db1:8008.',
    });
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/patroni$/, '');
  return { url: `${url.origin}${path}`, credentials: credentialsIn(url) };
}

function credentialsIn({ username, password }: URL): Credentials | null {
  if (username === '' && password === '') return null;
  return { user: decoded(username), password: decoded(password) };
}

/** A percent sign that starts no code stands for itself, as in curl. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
