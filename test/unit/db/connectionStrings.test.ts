import { describe, expect, it } from 'vitest';
import { parseConninfo } from '../../../src/db/libpq/conninfo.js';
import { parseConnectionUri } from '../../../src/db/libpq/uri.js';
import { thrownBy } from './surroundings.js';

type Cases = readonly (readonly [string, Record<string, string>])[];
type Failures = readonly (readonly [string, string])[];

const CONNINFO: Cases = [
  ['', {}],
  ['  \t\n ', {}],
  ['host=db port=5433', { host: 'db', port: '5433' }],
  ['host = db   port\t=\n5433', { host: 'db', port: '5433' }],
  ["password='a b'", { password: 'a b' }],
  [String.raw`password='it\'s \\ here'`, { password: String.raw`it's \ here` }],
  [String.raw`password=a\ b\'c host=h`, { password: "a b'c", host: 'h' }],
  ["user='' host=h", { user: '', host: 'h' }],
  ['user= host=h', { user: 'host=h' }],
  ['host=a host=b', { host: 'b' }],
  ["dbname='a=b'", { dbname: 'a=b' }],
  ["user='x'host=y", { user: 'x', host: 'y' }],
  ['requiressl=1', { sslmode: 'require' }],
  ['requiressl=0', { sslmode: 'prefer' }],
];

const BAD_CONNINFO: Failures = [
  ['host', 'connection_string_invalid: missing "=" after "host" in the connection string'],
  ['host=a s3cret', 'connection_string_invalid: missing "=" after a word in the connection string'],
  ["host='a", 'connection_string_invalid: unterminated quoted string'],
  [String.raw`host='a\'`, 'connection_string_invalid: unterminated quoted string'],
  ['foo=1', 'connection_string_invalid: invalid connection option "foo"'],
  ['tty=1', 'connection_string_invalid: invalid connection option "tty"'],
  ['authtype=1', 'connection_string_invalid: invalid connection option "authtype"'],
  ['password=top S3cret!=x', 'connection_string_invalid: invalid connection option in the connection string'],
  ['=x', 'connection_string_invalid: invalid connection option'],
];

const URIS: Cases = [
  ['postgresql://', {}],
  ['postgres://', {}],
  ['postgresql://localhost', { host: 'localhost' }],
  ['postgresql://localhost:5433', { host: 'localhost', port: '5433' }],
  ['postgresql://localhost/mydb', { host: 'localhost', dbname: 'mydb' }],
  ['postgresql://user@localhost', { user: 'user', host: 'localhost' }],
  ['postgresql://user:secret@localhost', { user: 'user', password: 'secret', host: 'localhost' }],
  ['postgresql://:secret@', { password: 'secret' }],
  ['postgresql://u:@h', { user: 'u', host: 'h' }],
  ['postgresql://u:a%3Ab%40c%2F@h', { user: 'u', password: 'a:b@c/', host: 'h' }],
  ['postgresql://u:a:b@h', { user: 'u', password: 'a:b', host: 'h' }],
  [
    'postgresql://h/db?connect_timeout=10&application_name=x',
    { host: 'h', dbname: 'db', connect_timeout: '10', application_name: 'x' },
  ],
  ['postgresql://h1:123,h2:456/db', { host: 'h1,h2', port: '123,456', dbname: 'db' }],
  ['postgresql://h1,h2:456/db', { host: 'h1,h2', port: ',456', dbname: 'db' }],
  ['postgresql:///mydb?host=localhost&port=5433', { dbname: 'mydb', host: 'localhost', port: '5433' }],
  ['postgresql://[2001:db8::1234]/database', { host: '2001:db8::1234', dbname: 'database' }],
  ['postgresql://[::1]:5433,[::2]/d', { host: '::1,::2', port: '5433,', dbname: 'd' }],
  ['postgresql://%2Fvar%2Flib%2Fpostgresql/dbname', { host: '/var/lib/postgresql', dbname: 'dbname' }],
  ['postgresql:///?host=/tmp', { host: '/tmp' }],
  ['postgresql://h?dbname=d', { host: 'h', dbname: 'd' }],
  ['postgresql://h/d?ssl=true', { host: 'h', dbname: 'd', sslmode: 'require' }],
  ['postgresql://h/d%20b%c3%a9', { host: 'h', dbname: 'd bé' }],
  ['postgresql://h/?password=a%26b', { host: 'h', password: 'a&b' }],
  ['postgresql://h/a@b', { host: 'h', dbname: 'a@b' }],
  ['postgresql://h/?', { host: 'h' }],
];

const BAD_URIS: Failures = [
  ['postgresql://[::1/db', 'connection_string_invalid: the connection URI has "[" without "]"'],
  ['postgresql://[]/db', 'connection_string_invalid: the IPv6 address in the connection URI is empty'],
  ['postgresql://[::1]x/db', 'connection_string_invalid: unexpected character after "]"'],
  ['postgresql://u:p%zz@h', 'connection_string_invalid: invalid percent-encoding in the password'],
  ['postgresql://u:p%00@h', 'connection_string_invalid: forbidden value %00 in the password'],
  ['postgresql://h/?ssl=false', 'connection_string_invalid: invalid connection option "ssl"'],
  ['postgresql://h/?foo=1', 'connection_string_invalid: invalid connection option "foo"'],
  ['postgresql://h/?host', 'connection_string_invalid: missing "=" in a query parameter'],
  ['postgresql://h/?a=b=c', 'connection_string_invalid: extra "=" in a query parameter'],
];

describe('conninfo strings', () => {
  it.each(CONNINFO)('%j', (text, expected) => {
    expect(Object.fromEntries(parseConninfo(text))).toEqual(expected);
  });

  it.each(BAD_CONNINFO)('refuses %j', (text, expected) => {
    expect(thrownBy(() => parseConninfo(text))).toContain(expected);
  });
});

describe('connection URIs', () => {
  it.each(URIS)('%s', (text, expected) => {
    expect(Object.fromEntries(parseConnectionUri(text))).toEqual(expected);
  });

  it.each(BAD_URIS)('refuses %s', (text, expected) => {
    expect(thrownBy(() => parseConnectionUri(text))).toContain(expected);
  });
});

it('never quotes what may be a secret', () => {
  for (const text of [
    'password=top s3cr3t',
    'password=top s3cr3t=1',
    "password='s3cr3t",
    'password=s3cr3t port',
  ]) {
    expect(thrownBy(() => parseConninfo(text))).not.toContain('s3cr3t');
  }
  for (const text of [
    'postgresql://u:s3cr3t%@h',
    'postgresql://h/?password=s3cr3t=',
    'postgresql://h/?s3cr3t',
  ]) {
    expect(thrownBy(() => parseConnectionUri(text))).not.toContain('s3cr3t');
  }
});
