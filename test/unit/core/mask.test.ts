import { describe, expect, it } from 'vitest';
import { maskSecrets, maskSetting } from '../../../src/core/mask.js';

/** The secret; a part of it that is long enough to help somebody must not be left either. */
const SECRET = 'h0rse-battery';
const PART = /h0rse|battery/;

/** Every way to write the secret as an SQL literal. */
const LITERALS = [
  `'${SECRET}'`,
  `E'${SECRET}'`,
  `e'h0rse\\'-battery'`,
  `E'h0rse\\\\'`,
  `'h0rse''battery'`,
  `'h0rse\\'`,
  `U&'h0rse\\0041battery'`,
  `N'${SECRET}'`,
  `$$${SECRET}$$`,
  `$pw$h0rse $$ battery$pw$`,
  `'h0rse'\n  'battery'`,
  `'h0rse; DROP -- battery'`,
  `'''${SECRET}'`,
  // Cut off by track_activity_query_size.
  `'${SECRET}`,
  `E'${SECRET}\\`,
  `$$${SECRET}`,
  `$pw$${SECRET}$p`,
];

/** What may stand between two words. */
const GAPS = [
  ' ',
  '\n\t',
  '  /* a */ ',
  '/* a /* nested */ b */',
  ' -- a remark\n',
  ' -- one\n -- two\n /* three */ ',
];

/** Statements around a literal: role, user mapping, server, and settings of the session. */
const STATEMENTS: readonly ((gap: string, literal: string) => string)[] = [
  (gap, literal) => `CREATE ROLE app LOGIN PASSWORD${gap}${literal}`,
  (gap, literal) => `ALTER ROLE app WITH ENCRYPTED${gap}PASSWORD${gap}${literal} VALID UNTIL 'infinity'`,
  (gap, literal) => `alter user app password${gap}${literal}; SELECT 1`,
  (gap, literal) => `CREATE GROUP g PASSWORD${gap}${literal}`,
  (gap, literal) => `CREATE USER MAPPING FOR bob SERVER s OPTIONS (user 'bob', password${gap}${literal})`,
  (gap, literal) =>
    `ALTER USER MAPPING FOR bob SERVER s OPTIONS (SET "password"${gap}${literal}, ADD sslkey '/k')`,
  (gap, literal) => `CREATE SERVER s FOREIGN DATA WRAPPER f OPTIONS (secret_access_key${gap}${literal})`,
  (gap, literal) => `UPDATE users SET password${gap}=${gap}${literal} WHERE id = 1`,
  (gap, literal) => `SELECT login(password${gap}=>${gap}${literal})`,
  (gap, literal) => `SET app.api_token${gap}TO${gap}${literal}`,
];

describe('literals after the name of a secret', () => {
  it.each(LITERALS)('are masked in every statement and with every gap: %s', (literal) => {
    for (const statement of STATEMENTS) {
      for (const gap of GAPS) {
        const text = statement(gap, literal);
        expect(maskSecrets(text), text).not.toMatch(PART);
      }
    }
  });
});

/** Texts that hold a conninfo string or URI, and statements within literals. */
const EMBEDDED: readonly string[] = [
  `CREATE SUBSCRIPTION s CONNECTION 'host=db1 password=${SECRET} dbname=x' PUBLICATION p`,
  `CREATE SUBSCRIPTION s CONNECTION 'host=db1 password = ${SECRET}' PUBLICATION p`,
  `ALTER SUBSCRIPTION s CONNECTION 'password=''h0rse battery'' host=db1'`,
  `ALTER SUBSCRIPTION s CONNECTION E'password=\\'h0rse battery\\' host=db1'`,
  `ALTER SUBSCRIPTION s CONNECTION $$password='h0rse battery' host=db1$$`,
  `CREATE SUBSCRIPTION s CONNECTION 'host=db1 password=''h0rse bat`,
  `SELECT dblink_connect('c', 'host=db1 user=u password=${SECRET}')`,
  `SELECT * FROM dblink('postgresql://u:${SECRET}@db1/app', 'SELECT 1') AS t(a int)`,
  `SELECT dblink_connect('postgresql://db1/app?user=u&password=${SECRET}&sslmode=require')`,
  `postgresql://u:${SECRET}@db1:5432,db2:5433/app`,
  `postgres://u:h0rse@battery@db1/app`,
  `postgres://u:h0rse/battery@db1/app`,
  `postgres://u:h0rse?battery@db1/app`,
  `postgres://u:h0rse'battery@db1/app`,
  `http://admin:${SECRET}@patroni:8008/config`,
  `host=db1 password=${SECRET}`,
  `password='h0rse battery' host=db1`,
  `password='h0rse\\' battery' host=db1`,
  `password=h0rse\\ battery host=db1`,
  `password=h0rse'battery host=db1`,
  `user=u sslpassword=${SECRET} sslkey=/k`,
  `primary_conninfo = 'host=db1 password=''h0rse battery'' user=r'`,
  `ALTER SYSTEM SET primary_conninfo = 'user=r password=${SECRET} host=db1'`,
  `ALTER SYSTEM SET primary_conninfo TO E'user=r password=\\'h0rse battery\\''`,
  `restore_command = 'PGPASSWORD=${SECRET} fetch %f %p'`,
  `AWS_SECRET_ACCESS_KEY=${SECRET} wal-g wal-push %p`,
  `pg_basebackup --password=${SECRET}`,
  `DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''${SECRET}'''; END $$`,
  `DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ' || '${SECRET}'; END $$`,
  `DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ' || quote_literal('${SECRET}'); END $$`,
  `DO 'BEGIN EXECUTE ''ALTER ROLE a PASSWORD ''''h0rse battery''''''; END'`,
  `SELECT E'ALTER ROLE a PASSWORD \\'h0rse battery\\''`,
  `INSERT INTO t VALUES ('{"user": "u", "password": "h0rse \\" battery"}')`,
  `{"msg":"{\\"password\\":\\"h0rse battery\\"}"}`,
  `SELECT set_config('app.token', '${SECRET}', false)`,
  `SELECT hstore('password' , '${SECRET}')`,
  `SELECT '"password"=>"x"', 'password' => '${SECRET}'`,
  `COMMENT ON TABLE t IS 'holds the password'; ALTER ROLE a PASSWORD '${SECRET}'`,
  `can't run: ALTER ROLE a PASSWORD '${SECRET}'`,
  `-- don't\nALTER ROLE a PASSWORD '${SECRET}'`,
  `ALTER ROLE a PASSWORD 'x\\'; ALTER ROLE b PASSWORD '${SECRET}'`,
  `UPDATE u SET password = 'x\\', token = '${SECRET}'`,
  `/* password 'x' */ ALTER ROLE a /* it's */ PASSWORD /* 'y' */ '${SECRET}'`,
];

describe('secrets within other text', () => {
  it.each(EMBEDDED)('are masked: %s', (text) => {
    expect(maskSecrets(text)).not.toMatch(PART);
  });

  it.each(EMBEDDED)('stay masked wherever the text is cut off: %s', (text) => {
    const start = text.search(PART);
    for (let end = start + 5; end <= text.length; end++) {
      expect(maskSecrets(text.slice(0, end)), text.slice(0, end)).not.toMatch(/h0rse/);
    }
  });
});

/** Text that holds no secret, although it looks a little like it. */
const HARMLESS: readonly string[] = [
  'SELECT 1',
  `SET password_encryption = 'scram-sha-256'`,
  `SELECT * FROM pg_settings WHERE name = 'password_encryption'`,
  `UPDATE users SET password = $1 WHERE id = $2`,
  `SELECT id FROM users WHERE password = $1::text`,
  `INSERT INTO users (name, password) VALUES ($1, $2)`,
  `SELECT password, token FROM users ORDER BY password`,
  `SELECT u.password FROM users u WHERE u.name = 'bob'`,
  `ALTER ROLE app PASSWORD NULL`,
  `ALTER ROLE app PASSWORD $1`,
  `ALTER TABLE users ADD COLUMN password text DEFAULT ''`,
  `UPDATE users SET password = NULL`,
  `UPDATE users SET token = next_token WHERE page = 'x'`,
  `SELECT relname FROM pg_class WHERE relname = 'passwords'`,
  `FATAL: password authentication failed for user "bob"`,
  `postgresql://bob@db1:5432,db2:5433/app?sslmode=require`,
  `https://www.postgresql.org/docs/current/`,
  `http://db1:8008/patroni`,
  `host=db1 user=bob dbname=app sslmode=require`,
  `PRIMARY KEY (id), UNIQUE (user_key)`,
  `SELECT count(*) FROM token_bucket WHERE bucket = 'a'`,
];

describe('text without secrets', () => {
  it.each(HARMLESS)('stays as it is: %s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });
});

describe('what is shown in place of a secret', () => {
  it.each([
    [
      `ALTER ROLE a PASSWORD 'x' VALID UNTIL '2030-01-01'`,
      `ALTER ROLE a PASSWORD '********' VALID UNTIL '2030-01-01'`,
    ],
    [`host=a password=x user=b`, `host=a password=******** user=b`],
    [`CONNECTION 'password=''x y'' host=a'`, `CONNECTION 'password=''********'' host=a'`],
    [`postgresql://u:x@h/db?sslmode=require`, `postgresql://u:********@h/db?sslmode=require`],
    [`postgresql://h/db?password=x&sslmode=require`, `postgresql://h/db?password=********&sslmode=require`],
    [`{"password": "x", "user": "u"}`, `{"password": "********", "user": "u"}`],
  ])('keeps the rest of the text: %s', (text, shown) => {
    expect(maskSecrets(text)).toBe(shown);
  });

  it.each(EMBEDDED)('is not masked differently a second time: %s', (text) => {
    const once = maskSecrets(text);
    expect(maskSecrets(once)).not.toMatch(PART);
  });
});

describe('settings', () => {
  it.each([
    ['primary_conninfo', `host=a password=${SECRET}`, 'host=a password=********'],
    ['primary_conninfo', `password='h0rse battery' host=a`, `password='********' host=a`],
    ['ssl_passphrase_command', `echo ${SECRET}`, '********'],
    ['myapp.api_key', SECRET, '********'],
    ['myapp.password', SECRET, '********'],
    ['myapp.password', '', ''],
    ['password_encryption', 'scram-sha-256', 'scram-sha-256'],
    ['md5_password_warnings', 'on', 'on'],
    ['ssl_passphrase_command_supports_reload', 'off', 'off'],
    ['ssl_passphrase_command', 'cat /secret', '********'],
    ['archive_command', `PGPASSWORD=${SECRET} cp %p /a/%f`, 'PGPASSWORD=******** cp %p /a/%f'],
  ])('%s = %s is shown as %s', (name, value, shown) => {
    expect(maskSetting(name, value)).toBe(shown);
  });
});

describe('the time it takes', () => {
  const MEGABYTE = 1_000_000;
  const fill = (piece: string): string => piece.repeat(Math.ceil(MEGABYTE / piece.length));
  const numbered = (piece: (n: number) => string): string =>
    Array.from({ length: 40_000 }, (_, n) => piece(n)).join('');

  // Of this process, whatever else the machine does.
  it.each([
    ['a name again and again', fill('password ')],
    ['dotted names', fill('a.password.')],
    ['one value', `password=${fill('x')}`],
    ['names within one value', fill('password=')],
    ['quotes', `password ${fill("'")}`],
    ['doubled quotes after names', fill("password''x")],
    ['a literal that never ends', `password '${fill('x')}`],
    ['backslashes', `password E'${fill('\\')}`],
    ['escaped quotes', fill("password=\\'")],
    ['white space', `password${fill(' ')}`],
    ['white space after many names', `${fill('password /*')}${fill(' ')}`],
    ['comments that never end', fill('password /*')],
    ['nested comments', `password${fill('/*')}${fill('*/')}`],
    ['line comments', fill('password --')],
    ['line comments with lines', fill('password --password\n--')],
    ['dollar quotes that never end', numbered((n) => `password $a${String(n)}$ `)],
    ['nested dollar quotes', `${numbered((n) => `password $a${String(n)}$`)}$a1$`],
    ['schemes', fill('a.b-c+d://')],
    ['dots', `${fill('a.')}://`],
    ['at signs', `a://${fill('a:@')}`],
    ['JSON strings', `"password": "${fill('\\"')}`],
    ['JSON names', fill('"password": "')],
  ])('grows with the text only: %s', { timeout: 20_000 }, (_what, text) => {
    const started = process.cpuUsage();
    maskSecrets(text);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(3000);
  });
});
