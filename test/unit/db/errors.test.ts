import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { PgdbaError } from '../../../src/core/errors.js';
import {
  combineFailures,
  ConnectRefusal,
  describeConnectFailure,
  type AttemptPlace,
} from '../../../src/db/connectFailure.js';
import { parseServerVersion } from '../../../src/db/serverVersion.js';
import { describeSqlError } from '../../../src/db/sqlError.js';

const place: AttemptPlace = { host: 'db1', port: 5432, address: '10.0.0.5', socket: false };

function fromServer(code: string, message = 'no', hint?: string): DatabaseError {
  return Object.assign(new DatabaseError(message, 1, 'error'), { code, severity: 'FATAL', hint });
}

function withCode(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

const CONNECT: readonly (readonly [Error, string])[] = [
  [withCode('ECONNREFUSED'), 'connection_refused'],
  [withCode('ENOENT'), 'connection_refused'],
  [withCode('ENOTFOUND'), 'host_not_found'],
  [withCode('EAI_AGAIN'), 'host_not_found'],
  [withCode('ETIMEDOUT'), 'connection_timeout'],
  [withCode('EHOSTUNREACH'), 'connection_failed'],
  [withCode('ECONNRESET'), 'connection_failed'],
  [withCode('EPIPE'), 'connection_failed'],
  [new Error('Connection terminated unexpectedly'), 'connection_failed'],
  [withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls_failed'],
  [withCode('SELF_SIGNED_CERT_IN_CHAIN'), 'tls_failed'],
  [withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls_failed'],
  [withCode('CERT_HAS_EXPIRED'), 'tls_failed'],
  [withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls_failed'],
  [withCode('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls_failed'],
  [new Error('SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match'), 'auth_failed'],
  [fromServer('28P01'), 'auth_failed'],
  [fromServer('28000'), 'auth_failed'],
  [fromServer('42501'), 'auth_failed'],
  [fromServer('3D000'), 'database_not_found'],
  [fromServer('57P03'), 'server_unavailable'],
  [fromServer('53300'), 'server_unavailable'],
  [fromServer('08P01'), 'connection_failed'],
  [new ConnectRefusal('password_required', 'no password supplied'), 'password_required'],
];

const STATEMENTS: readonly (readonly [Error, string])[] = [
  [fromServer('57014', 'canceling statement due to statement timeout'), 'statement_timeout'],
  [fromServer('57014', 'canceling statement due to user request'), 'server_error'],
  [fromServer('55P03'), 'lock_timeout'],
  [fromServer('42501'), 'insufficient_privilege'],
  [fromServer('57P01'), 'connection_lost'],
  [fromServer('57P05'), 'connection_lost'],
  [fromServer('25P03'), 'connection_lost'],
  [fromServer('08006'), 'connection_lost'],
  [fromServer('08P01'), 'server_error'],
  [fromServer('22012'), 'server_error'],
  [withCode('ECONNRESET'), 'connection_lost'],
  [withCode('EPIPE'), 'connection_lost'],
  [new Error('Connection terminated unexpectedly'), 'connection_lost'],
  [new Error('Client has encountered a connection error and is not queryable'), 'connection_lost'],
];

describe('describeConnectFailure', () => {
  it.each(CONNECT)('%s is %s', (error, code) => {
    const described = describeConnectFailure(error, place);
    expect([described.code, described.exit]).toEqual([code, 4]);
    expect(described.message).toMatch(/^connection to server at "db1" \(10\.0\.0\.5\), port 5432 failed: /);
  });

  it('names the socket as psql does', () => {
    const error = describeConnectFailure(withCode('ENOENT'), {
      host: '/run/x',
      port: 5,
      address: null,
      socket: true,
    });
    expect(error.message).toBe(
      'connection to server on socket "/run/x/.s.PGSQL.5" failed: No such file or directory',
    );
  });

  it('leaves a bug a bug', () => {
    const bug = new TypeError('x is not a function');
    expect(() => describeConnectFailure(bug, place)).toThrow(bug);
  });

  it('tells what each of several hosts said', () => {
    const failures = [withCode('ECONNREFUSED'), fromServer('57P03')].map((error) =>
      describeConnectFailure(error, place),
    );
    const combined = combineFailures(failures);
    expect([combined.code, combined.sqlstate]).toEqual(['server_unavailable', '57P03']);
    expect(combined.message.split('\n')).toHaveLength(2);
    expect(combined.details).toMatchObject({
      attempts: [{ code: 'connection_refused' }, { code: 'server_unavailable' }],
    });
  });
});

describe('describeSqlError', () => {
  it.each(STATEMENTS)('%s is %s', (error, code) => {
    expect(describeSqlError(error).code).toBe(code);
  });

  it('keeps SQLSTATE and the server’s hint', () => {
    expect(describeSqlError(fromServer('22012', 'division by zero', 'do not'))).toMatchObject({
      sqlstate: '22012',
      hint: 'do not',
    });
  });

  it('passes on what is described already, and a bug as it is', () => {
    const known = new PgdbaError('run_timeout', 'late');
    const bug = new RangeError('x');
    expect(describeSqlError(known)).toBe(known);
    expect(() => describeSqlError(bug)).toThrow(bug);
  });
});

it.each([
  ['15.18 (Debian 15.18-0+deb12u1)', 150_018],
  ['19devel', 190_000],
  ['17beta1', 170_000],
  ['12.22', 120_022],
  ['9.6.24', 90_624],
  ['1.23.1/bouncer', 12_301],
  ['', 0],
])('server_version %s is %i', (text, number) => {
  expect(parseServerVersion(text)).toBe(number);
});
