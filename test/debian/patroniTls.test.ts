import { readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { PgdbaError } from '../../src/core/errors.js';
import { PatroniClient } from '../../src/patroni/client.js';
import { endpointOf } from '../../src/patroni/endpoint.js';
import type { Tls } from '../../src/patroni/http.js';
import { makeCertificates, type Certificates } from '../integration/connection/certificates.js';
import {
  PATRONI_PASSWORD,
  PATRONI_USER,
  startPatroniCluster,
  SUPERUSER_PASSWORD,
  type PatroniCluster,
} from '../support/patroniCluster.js';
import { changedOf, changesetFile, type Changed } from '../support/changes.js';
import { runCli } from '../support/runCli.js';
import { provenOf } from './patroniChanges.js';
import { patroniStatus } from './patroniRead.js';

describe.each(['optional', 'required'] as const)(
  'a REST API with TLS where client certificates are %s',
  { timeout: 120_000 },
  (verifyClient) => {
    let files: Certificates;
    let cluster: PatroniCluster;

    beforeAll(async () => {
      files = await makeCertificates();
      const client = async (): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> => ({
        ca: await readFile(files.ca),
        cert: await readFile(files.clientCert),
        key: await readFile(files.clientKey),
      });
      const tls = { cert: files.serverCert, key: files.serverKey, ca: files.ca, verifyClient, client };
      cluster = await startPatroniCluster({ size: 1, tls });
    }, 200_000);
    afterAll(async () => {
      await cluster.stop();
      await rm(files.folder, { recursive: true });
    });

    const url = (): string => cluster.urls[0] ?? '';
    const shown = (): string[] => ['--patroni-cert', files.clientCert, '--patroni-key', files.clientKey];

    /** `config apply` of a work_mem, and what GET /config holds of it then. */
    async function applied(
      value: string,
      words: readonly string[],
      env: Readonly<Record<string, string>> = { PGDBA_PATRONI_PASSWORD: PATRONI_PASSWORD },
    ): Promise<{ readonly changed: Changed; readonly held: unknown }> {
      const [member] = cluster.members;
      if (member === undefined) throw new Error('there is no member');
      const input = changesetFile({ work_mem: value });
      const at = ['--dsn', cluster.dsn(member), '--patroni-url', url(), '--patroni-cacert', files.ca];
      const user = Object.keys(env).length === 0 ? [] : ['--patroni-user', PATRONI_USER];
      const args = ['config', 'apply', '--via', 'patroni', '--file', '-', ...at, ...user, ...words];
      const result = await runCli(args, { input, env: { PGPASSWORD: SUPERUSER_PASSWORD, ...env } });
      const { body } = await cluster.rest(member, 'GET /config');
      const { postgresql } = body as { readonly postgresql: { readonly parameters: unknown } };
      return { changed: changedOf(result), held: postgresql.parameters };
    }

    async function patchAs(tls: Partial<Tls>): Promise<string> {
      const patroni = new PatroniClient({
        endpoints: [endpointOf(url())],
        credentials: () => Promise.resolve({ user: PATRONI_USER, password: PATRONI_PASSWORD }),
        tls: { ca: await readFile(files.ca, 'utf8'), client: null, verify: true, ...tls },
        timeoutMs: 30_000,
        clock: systemClock,
        signal: new AbortController().signal,
      });
      return (await patroni.patchConfig({ postgresql: { parameters: { work_mem: '6MB' } } })).outcome;
    }

    test('is read and changed with the right certificates', async () => {
      const { data, result } = await patroniStatus([
        '--patroni-url',
        url(),
        '--patroni-cacert',
        files.ca,
        ...shown(),
      ]);
      expect([result.exitCode, data.leader, data.members[0]?.reachable]).toEqual([0, 'n1', true]);
      const client = {
        cert: await readFile(files.clientCert, 'utf8'),
        key: await readFile(files.clientKey, 'utf8'),
      };
      expect(await patchAs({ client })).toBe('changed');
    });

    test('takes config apply with the right certificate and password, and nothing without either', async () => {
      const wrong = { PGDBA_PATRONI_PASSWORD: 'no-such-secret' };
      const cases = [
        { ...(await applied('9MB', shown(), {})), code: 'patroni_refused', words: 'no auth header received' },
        { ...(await applied('9MB', shown(), wrong)), code: 'patroni_refused', words: 'not authenticated' },
        {
          ...(await applied('9MB', [])),
          code: { optional: 'patroni_refused', required: 'patroni_unreachable' }[verifyClient],
          words: 'certificate',
        },
      ];
      for (const { changed, held, code, words } of cases) {
        expect([changed.result.exitCode, changed.envelope.error?.code]).toEqual([9, code]);
        expect(changed.envelope.error?.message).toContain(words);
        expect(changed.data?.changeset ?? null).toBeNull();
        expect(changed.result.stdout).not.toContain('no-such-secret');
        expect(held).not.toMatchObject({ work_mem: '9MB' });
      }
      const { changed, held } = await applied('9MB', shown());
      expect(changed.envelope.error).toBeNull();
      expect(provenOf(changed, 'work_mem')).toEqual({ n1: 'in_force' });
      expect(held).toMatchObject({ work_mem: '9MB' });
    });

    test('is not changed without a client certificate, and not read where one is required', async () => {
      const { result } = await patroniStatus(['--patroni-url', url(), '--patroni-cacert', files.ca]);
      expect(result.exitCode).toBe({ optional: 0, required: 9 }[verifyClient]);
      if (verifyClient === 'required') {
        expect(result.envelope.error).toMatchObject({ code: 'patroni_unreachable' });
        expect(result.envelope.error?.message).toMatch(/certificate/);
      }
      // The node closes after TLS is agreed: from here nobody can tell whether it had read the request.
      const codes = {
        optional: ['patroni_refused'],
        required: ['patroni_answer_lost', 'patroni_unreachable'],
      };
      const refusal: unknown = await patchAs({}).catch((error: unknown) => error);
      expect(codes[verifyClient]).toContain(refusal instanceof PgdbaError ? refusal.code : refusal);
    });

    test('is not believed with a certificate of another authority, unless told to', async () => {
      const other = await patroniStatus([
        '--patroni-url',
        url(),
        '--patroni-cacert',
        files.otherCa,
        ...shown(),
      ]);
      expect(other.result.envelope.error).toMatchObject({ code: 'patroni_unreachable' });
      expect(other.result.envelope.error?.message).toMatch(/certificate/);
      const insecure = await patroniStatus(['--patroni-url', url(), '--patroni-insecure', ...shown()]);
      expect([insecure.result.exitCode, insecure.data.leader]).toEqual([0, 'n1']);
    });

    test('does not answer to http', async () => {
      const { result } = await patroniStatus(['--patroni-url', url().replace('https:', 'http:')]);
      expect(result.envelope.error).toMatchObject({ code: 'patroni_unreachable' });
    });
  },
);
