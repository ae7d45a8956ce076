import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  apply,
  autoConfOf,
  changesetFile,
  changesetOf,
  ChangeHome,
  fingerprintOf,
  type HeldApply,
  interfere,
  outcomesOf,
  sharedHome,
  shown,
} from '../support/changes.js';
import { runCli, startCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';
import { CHANGES, NEW, OLD, restore } from '../support/struck.js';

const SIGNALS = [
  ['SIGINT', 130, 'interrupted'],
  ['SIGTERM', 143, 'terminated'],
  ['SIGHUP', 129, 'hung_up'],
] as const;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ major: 17 });
});
beforeEach(() => restore(server));
afterAll(() => server.stop());

function sessions(): Promise<unknown[]> {
  return server.query("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'pgdba/%'");
}

describe('a signal in the middle of the steps', () => {
  test.each(SIGNALS)('%s takes them back and ends with %i %s', async (signal, exitCode, code) => {
    const changed = await interfere(server, CHANGES, async ({ running }) => {
      expect(await autoConfOf(server)).not.toEqual(OLD);
      running.kill(signal);
      // The statement that is held up arrives after all is over, and does no harm any more.
      await running.result;
    });
    expect(changed.result.exitCode).toBe(exitCode);
    expect(changed.envelope.error?.code).toBe(code);
    expect(changed.envelope.error?.message).toMatch(/every step was taken back/);
    expect(changesetOf(changed).status).toBe('reverted');
    expect(outcomesOf(changed)).toEqual({
      work_mem: 'reverted',
      random_page_cost: 'reverted',
      log_min_duration_statement: 'not_executed',
    });
    expect(await autoConfOf(server)).toEqual(OLD);
    expect(await shown(server, 'work_mem')).toBe('5MB');
    expect(await sessions()).toEqual([]);
  });

  test('--timeout does the same, with run_timeout', async () => {
    const ended = ({ running }: HeldApply): Promise<void> => running.result.then(() => undefined);
    const changed = await interfere(server, CHANGES, ended, { args: ['--timeout', '6s'] });
    expect([changed.result.exitCode, changed.envelope.error?.code]).toEqual([6, 'run_timeout']);
    expect(changesetOf(changed).status).toBe('reverted');
    expect(await autoConfOf(server)).toEqual(OLD);
  });

  test('a signal while another pgdba is waited for ends the waiting, and nothing was begun', async () => {
    const { home, remove } = await sharedHome();
    const deed = async (): Promise<void> => {
      const args = ['config', 'apply', '--file', '-', '--dsn', server.dsn(), '--wait', '60s'];
      const second = await startCli(args, { home, input: changesetFile({ work_mem: '9MB' }) });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const sentAt = performance.now();
      second.kill('SIGTERM');
      const { exitCode, envelope } = await second.result;
      expect([exitCode, envelope.error?.code, envelope.data]).toEqual([143, 'terminated', null]);
      expect(performance.now() - sentAt).toBeLessThan(3000);
    };
    expect((await interfere(server, CHANGES, deed, { home })).envelope.error).toBeNull();
    expect(await autoConfOf(server)).toEqual(NEW);
    await remove();
  });
});

describe('a server that dies in the middle', () => {
  test('and comes back: the steps are taken back', async () => {
    const changed = await interfere(server, CHANGES, async () => {
      await server.crash('SIGKILL');
      await server.start();
    });
    expect(changed.result.exitCode).toBe(4);
    expect(changed.envelope.error?.retryable).toBe(true);
    expect(changesetOf(changed).status).toBe('reverted');
    expect(await autoConfOf(server)).toEqual(OLD);
  });

  test(
    'and stays away: exit 8 says so, and what is left is put right later',
    { timeout: 120_000 },
    async () => {
      const { home, remove } = await sharedHome();
      const fingerprint = await fingerprintOf(server.dsn());
      const changed = await interfere(server, CHANGES, () => server.crash('SIGKILL'), { home });
      const { id, status } = changesetOf(changed);
      expect(changed.result.exitCode).toBe(8);
      expect(changed.envelope.error).toMatchObject({ code: 'partly_applied', retryable: false });
      expect(changed.envelope.error?.hint).toContain(`config rollback --changeset-id ${id}`);
      expect(status).toBe('interrupted');
      await server.start();
      expect(await autoConfOf(server)).not.toEqual(OLD);

      const doctor = await runCli(['doctor', '--dsn', server.dsn()], { home });
      expect(doctor.envelope.warnings).toContainEqual(
        expect.objectContaining({ code: 'changeset_unfinished', subject: id }),
      );
      const next = await apply(server.dsn(), { work_mem: '9MB' }, [], { home });
      expect([next.result.exitCode, next.envelope.error?.code]).toEqual([7, 'changeset_unfinished']);
      expect(JSON.stringify(next.envelope.error)).toContain(id);

      const changes = new ChangeHome(home, server.dsn(), fingerprint);
      expect(await changes.finish('rollback', id)).toMatchObject({ changed: true });
      expect(await autoConfOf(server)).toEqual(OLD);
      await remove();
    },
  );
});
