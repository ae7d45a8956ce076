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
  type PatroniCluster,
} from '../support/patroniCluster.js';
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
