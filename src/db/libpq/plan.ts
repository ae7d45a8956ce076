/** What has been decided before the first packet is sent. */

/** One place to knock at: a Unix socket, or a TCP host that may still have to be looked up. */
export type Endpoint =
  | { readonly kind: 'socket'; readonly host: string; readonly port: number; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly hostaddr: string | null; readonly port: number };

export interface PlannedHost {
  readonly endpoint: Endpoint;
  /** A function, so that no dump, stack trace or JSON.stringify of a plan can show the password. */
  readonly password: () => string | undefined;
}

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** Files and rules for one TLS handshake, read only when a handshake is about to happen. */
export interface TlsMaterial {
  /** `system`: the certificates that Node.js trusts; null: none, the server's certificate is not checked. */
  readonly ca: readonly string[] | 'system' | null;
  readonly crl: readonly string[];
  readonly client: {
    readonly cert: string;
    readonly key: string;
    readonly passphrase: string | undefined;
  } | null;
}

export interface TlsPlan {
  readonly mode: SslMode;
  readonly direct: boolean;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  readonly sni: boolean;
  readonly keyLogFile: string | null;
  /** Throws PgdbaError `tls_failed` when a file is missing or readable by too many. */
  readonly material: () => TlsMaterial;
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export type SessionAttrs = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';

/** How the server may let us in: the methods named in require_auth, and channel_binding. */
export interface AuthRules {
  /** null: no require_auth, everything that pgdba can do is fine. */
  readonly allowed: ReadonlySet<string> | null;
  /** require_auth as it was written, for the message. */
  readonly requirement: string;
  readonly channelBinding: 'disable' | 'prefer' | 'require';
}

export interface ConnectionWarning {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface ConnectionPlan {
  readonly hosts: readonly PlannedHost[];
  readonly user: string;
  readonly database: string;
  readonly tls: TlsPlan;
  readonly auth: AuthRules;
  readonly sessionAttrs: SessionAttrs;
  readonly shuffle: boolean;
  /** null waits for ever. */
  readonly connectTimeoutMs: number | null;
  /** Command-line options for the backend that the user asked for, without pgdba's guards. */
  readonly options: string;
  readonly keepAlive: { readonly enabled: boolean; readonly idleMs: number };
  readonly warnings: readonly ConnectionWarning[];
}
