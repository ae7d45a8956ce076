/** Named lists of SQLSTATEs (the manual's "PostgreSQL Error Codes"), each for one thing that pgdba says about them. */

/** Class 28: wrong password, unknown role, no pg_hba.conf line. */
export const AUTHENTICATION_CLASS = '28';

/** Class 08: the connection itself; a pooler reports so that it lost its server. */
export const CONNECTION_CLASS = '08';

/** protocol_violation: what pgbouncer answers to a startup parameter that it does not know. */
export const PROTOCOL_VIOLATION = '08P01';

/** invalid_catalog_name: no such database. */
export const NO_SUCH_DATABASE = '3D000';

/** insufficient_privilege: during start-up the CONNECT privilege, later any other. */
export const INSUFFICIENT_PRIVILEGE = '42501';

/** query_canceled: by statement_timeout, by a cancel request or by recovery on a standby. */
export const QUERY_CANCELED = '57014';

/** lock_not_available: lock_timeout, or NOWAIT. */
export const LOCK_NOT_AVAILABLE = '55P03';

/** cannot_connect_now: starting up, shutting down, in recovery; libpq goes on to the next host. */
export const CANNOT_CONNECT_NOW = '57P03';

/** A server that is there and does not take us now: no slot left, or starting up, shutting down, crashing. */
export const UNAVAILABLE = ['53300', '57P01', '57P02', CANNOT_CONNECT_NOW] as const;

/** The server ended our session: by an administrator, a crash of another backend, a shutdown, a dropped database. */
export const SESSION_ENDED = [
  '57P01',
  '57P02',
  CANNOT_CONNECT_NOW,
  '57P04',
  '57P05',
  '25P03',
  '25P04',
] as const;
