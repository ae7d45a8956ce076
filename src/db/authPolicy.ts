import { ConnectRefusal } from './connectFailure.js';
import type { AuthRules } from './libpq/plan.js';

/** What the server asks for, read from an Authentication message (the manual's "Message Formats"). */
export type AuthRequest =
  | { readonly method: 'none' | 'password' | 'md5' | 'gss' | 'sspi' | 'oauth' | 'unknown' }
  | { readonly method: 'scram-sha-256'; readonly bindable: boolean }
  | { readonly method: 'continuation' };

const BY_CODE: Readonly<Record<number, AuthRequest['method']>> = {
  0: 'none',
  3: 'password',
  5: 'md5',
  7: 'gss',
  8: 'gss',
  9: 'sspi',
  11: 'continuation',
  12: 'continuation',
};
const SASL = 10;

/** Returns what the body of an Authentication message asks for. */
export function readAuthRequest(body: Buffer): AuthRequest {
  const code = body.length < 4 ? -1 : body.readInt32BE(0);
  if (code === SASL) {
    const mechanisms = body.toString('latin1', 4).split('\0');
    const bindable = mechanisms.includes('SCRAM-SHA-256-PLUS');
    if (bindable || mechanisms.includes('SCRAM-SHA-256')) return { method: 'scram-sha-256', bindable };
    return { method: mechanisms.includes('OAUTHBEARER') ? 'oauth' : 'unknown' };
  }
  return { method: BY_CODE[code] ?? 'unknown' } as AuthRequest;
}

/** Checks each request of the server against require_auth and channel_binding before pg answers it. */
export class AuthPolicy {
  readonly #rules: AuthRules;
  readonly #encrypted: boolean;
  readonly #password: () => Promise<string | undefined>;
  #asked: string | null = null;
  #bound = false;
  #known: string | undefined;

  constructor(rules: AuthRules, encrypted: boolean, password: () => Promise<string | undefined>) {
    this.#rules = rules;
    this.#encrypted = encrypted;
    this.#password = password;
  }

  /** Whether pg is to use SCRAM-SHA-256-PLUS where the server offers it. */
  get bindsChannel(): boolean {
    return this.#encrypted && this.#rules.channelBinding !== 'disable';
  }

  /** The password, once `admit` has found that it is needed. */
  get knownPassword(): string {
    return this.#known ?? '';
  }

  /**
   * Lets a request pass to pg, with the password at hand if it needs one.
   * @throws ConnectRefusal auth_failed, auth_method_unsupported, password_required; whatever the password source throws
   */
  async admit(request: AuthRequest): Promise<void> {
    if (request.method === 'continuation') return;
    if (request.method === 'none') {
      this.#admitEntry();
      return;
    }
    this.#refuseUnsupported(request.method);
    this.#checkAllowed(request.method);
    this.#bound = request.method === 'scram-sha-256' && request.bindable && this.bindsChannel;
    if (this.#rules.channelBinding === 'require' && !this.#bound) {
      throw new ConnectRefusal(
        'auth_failed',
        `channel binding required, but ${this.#whyUnbound(request.method)}`,
      );
    }
    this.#asked = request.method;
    this.#known = await this.#password();
    if (this.#known === undefined || this.#known === '')
      throw new ConnectRefusal('password_required', 'no password supplied');
  }

  /** AuthenticationOk: the server is content; whether we are depends on what it asked for before. */
  #admitEntry(): void {
    if (this.#asked === null) this.#checkAllowed('none');
    if (this.#rules.channelBinding === 'require' && !this.#bound) {
      throw new ConnectRefusal(
        'auth_failed',
        'channel binding required, but server authenticated client without channel binding',
      );
    }
  }

  #refuseUnsupported(method: string): void {
    if (method === 'password' || method === 'md5' || method === 'scram-sha-256') return;
    const name =
      method === 'unknown' ? 'an unknown authentication method' : `${method.toUpperCase()} authentication`;
    throw new ConnectRefusal('auth_method_unsupported', `server requested ${name}`);
  }

  #checkAllowed(method: string): void {
    if (this.#rules.allowed?.has(method) !== false) return;
    const what = method === 'none' ? 'server did not complete authentication' : `server requested ${method}`;
    throw new ConnectRefusal(
      'auth_failed',
      `authentication method requirement "${this.#rules.requirement}" failed: ${what}`,
      'Look at require_auth (PGREQUIREAUTH) and at the server’s pg_hba.conf.',
    );
  }

  #whyUnbound(method: string): string {
    if (!this.#encrypted) return 'SSL not in use';
    return method === 'scram-sha-256' ? 'the server did not offer it' : `the server requested ${method}`;
  }
}
