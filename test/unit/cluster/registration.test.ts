import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { entryOf, type Registration } from '../../../src/cluster/registration.js';
import { replicaDsn } from '../../../src/cluster/replicas.js';
import { shownCluster } from '../../../src/cluster/shown.js';
import type { ClusterEntry } from '../../../src/cluster/registrySchema.js';
import { processSurroundings } from '../../../src/db/libpq/surroundings.js';

const NOW = new Date('2026-01-02T03:04:05Z');

function entry(wanted: Partial<Registration>, env: NodeJS.ProcessEnv = { HOME: homedir() }): ClusterEntry {
  return entryOf({ dsn: 'host=db1', ...wanted }, NOW, processSurroundings(env));
}

/** What entryOf throws. */
function refusal(wanted: Partial<Registration>): Error {
  try {
    entry(wanted);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was accepted');
}

test('an entry holds every word and no pin', () => {
  const wanted = {
    dsn: 'postgresql://monitor@db1,db2:5433/app?target_session_attrs=primary',
    passwordCommand: 'pass show pg',
    patroniUrls: ['http://db1:8008', 'https://db2:8008/'],
    replicas: ['db2', 'db3:5433', '[::1]:5432', '10.0.0.1', 'host=db4 port=1'],
    tags: ['env=prod', 'note=a=b', 'empty='],
  };
  expect(entry(wanted)).toEqual({
    dsn: wanted.dsn,
    password_command: 'pass show pg',
    password_env: null,
    patroni_urls: wanted.patroniUrls,
    replicas: wanted.replicas,
    tags: { env: 'prod', note: 'a=b', empty: '' },
    fingerprint: null,
    tier: null,
    added_at: '2026-01-02T03:04:05.000Z',
  });
});

describe('a secret in a DSN is refused and not repeated', () => {
  test.each([
    'postgresql://monitor:hunter2@db1/app',
    'postgres://monitor:hunter2@db1,db2/app',
    'postgresql://:hunter2@db1',
    'postgresql://db1/app?password=hunter2',
    'postgresql://db1/app?user=x&sslpassword=hunter2',
    'host=db1 password=hunter2',
    "host=db1 password = 'hunter2'",
    'host=db1 sslpassword=hunter2',
    'host=db1 oauth_client_secret=hunter2',
    "host=db1 dbname='postgresql://monitor:hunter2@db2/app'",
    'postgresql://monitor:1234/hunter2@db1/app',
    'postgresql://monitor:hunter/hunter2@db1/app',
  ])('%s', (dsn) => {
    for (const wanted of [{ dsn }, { replicas: [dsn] }]) {
      const error = refusal(wanted);
      expect(error).toMatchObject({ code: 'usage', exit: 2 });
      expect((error as Error & { hint: string }).hint).toMatch(
        /--password-command, --password-env or .*\.pgpass/,
      );
      expect(error.message).not.toMatch(/hunter|1234/);
    }
  });
});

test.each([
  'host=db1 port=x',
  'host=db1 hots=db2',
  'postgresql://db1:99999/',
  'host=db1 sslmode=maybe',
  'db1',
])('the DSN %s is refused when it is registered, not when it is used', (dsn) => {
  expect(refusal({ dsn })).toMatchObject({ code: 'connection_string_invalid', exit: 2 });
});

test('the environment of today does not decide whether a DSN is good', () => {
  expect(entry({ dsn: 'host=db1 user=u' }, { PGPORT: 'x', PGSSLMODE: 'maybe', PGSERVICE: 'none' }).dsn).toBe(
    'host=db1 user=u',
  );
});

test.each([
  [
    { passwordCommand: 'pass', passwordEnv: 'PW' },
    '--password-command and --password-env cannot be given together',
  ],
  [{ passwordEnv: 'hunter 2' }, '--password-env takes the name of a variable, not a password'],
  [{ patroniUrls: ['db1:8008'] }, '--patroni-url takes an http or https URL'],
  [{ patroniUrls: ['ftp://db1'] }, '--patroni-url takes an http or https URL'],
  [{ patroniUrls: ['http://u:hunter2@db1:8008'] }, 'the Patroni URL holds credentials'],
  [{ replicas: ['db2:x'] }, '--replica takes host[:port] or a DSN'],
  [{ replicas: ['db2:70000'] }, '--replica takes host[:port] or a DSN'],
  [{ replicas: [''] }, '--replica takes host[:port] or a DSN'],
  [{ tags: ['prod'] }, '--tag takes key=value'],
  [{ tags: ['=prod'] }, '--tag takes key=value'],
])('%j is refused', (wanted, message) => {
  expect(refusal(wanted)).toMatchObject({ code: 'usage', message });
});

test.each([
  [
    'postgresql://u@a,b:1/app?target_session_attrs=primary',
    'c',
    "user='u' host='c' dbname='app' target_session_attrs='any' hostaddr=''",
  ],
  ['host=a port=1,2 hostaddr=10.0.0.1', 'c', "host='c' hostaddr='' target_session_attrs='any'"],
  ['host=a port=1', 'c', "host='c' port='1' hostaddr='' target_session_attrs='any'"],
  ['host=a port=1', '[::1]:7', "host='::1' port='7' hostaddr='' target_session_attrs='any'"],
  [
    String.raw`host=a dbname='it\'s \\'`,
    'c',
    String.raw`host='c' dbname='it\'s \\' hostaddr='' target_session_attrs='any'`,
  ],
  ['host=a', 'postgresql://c/app', 'postgresql://c/app'],
])('%s, replica %s: %s', (dsn, replica, expected) => {
  expect(replicaDsn(dsn, replica)).toBe(expected);
});

test('a secret that was written into clusters.json by hand is masked when shown; a passfile is not', () => {
  const shown = shownCluster({
    name: 'x',
    ...entry({ dsn: 'host=a passfile=/p' }),
    replicas: ['postgresql://u:hunter2@b', 'nonsense:hunter2@b'],
    password_command: 'curl https://u:hunter2@vault/pw',
    patroni_urls: ['http://u:hunter2@p'],
  });
  expect(shown.dsn).toBe('host=a passfile=/p');
  expect(shown.password_command).toBe('curl https://u:********@vault/pw');
  expect(JSON.stringify([shown.replicas[0], shown.patroni_urls])).not.toContain('hunter2');
});
