import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChangeSet } from '../../src/tuning/changeset/changeSet.js';
import { planOutput } from '../../src/tuning/formats/output.js';
import type { PlanFormatId } from '../../src/tuning/formats/registry.js';
import { startServer } from '../support/servers.js';
import { PLANNED } from '../unit/tuning/formats/planned.js';

const PSQL = '/usr/lib/postgresql/15/bin/psql';

/** Says what Amazon's own client has against a request of that operation; nothing when it would send it. */
const JUDGE_REQUEST = `
import json, sys
import botocore.session
from botocore.validate import ParamValidator
operation, path = sys.argv[1:3]
shape = botocore.session.get_session().get_service_model('rds').operation_model(operation).input_shape
request = json.load(open(path))
report = ParamValidator().validate(request, shape).generate_report()
unknown = [key for key in request if key not in shape.members]
parameter = shape.members['Parameters'].member
for one in request['Parameters']:
    unknown += [key for key in one if key not in parameter.members]
    if one['ApplyMethod'] not in parameter.members['ApplyMethod'].enum: unknown.append(one['ApplyMethod'])
print(report, *unknown)
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-test-formats-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(
  id: PlanFormatId,
  planned = PLANNED,
): Promise<{ path: string; file: string; text: string }[]> {
  const { documents } = await planOutput(id, {} as ChangeSet, planned, 15);
  const written = documents.map(({ file, text }) => ({ path: join(folder, file), file, text }));
  for (const { path, text } of written) await writeFile(path, text);
  return written;
}

function judgeRequest(operation: string, path: string): string {
  return execFileSync('/usr/bin/python3', ['-c', JUDGE_REQUEST, operation, path], {
    encoding: 'utf8',
  }).trim();
}

it('writes requests that Amazon’s own client accepts, and knows what waits for a reboot', async () => {
  const documents = await write('rds');
  expect(documents.map(({ file }) => file)).toEqual(['rds-modify-1.json', 'rds-reset-1.json']);
  for (const { path, file } of documents) {
    const operation = file.startsWith('rds-modify') ? 'ModifyDBParameterGroup' : 'ResetDBParameterGroup';
    expect(judgeRequest(operation, path)).toBe('');
  }
  const [modify] = documents;
  const { Parameters } = JSON.parse(modify?.text ?? '') as { Parameters: Record<string, string>[] };
  expect(Parameters).toContainEqual({
    ParameterName: 'shared_buffers',
    ParameterValue: '131072',
    ApplyMethod: 'pending-reboot',
  });
  expect(Parameters).toContainEqual({
    ParameterName: 'work_mem',
    ParameterValue: '20426',
    ApplyMethod: 'immediate',
  });
  expect(Parameters).toContainEqual({ ParameterName: 'jit', ParameterValue: '0', ApplyMethod: 'immediate' });
});

it('would be told of a request that is wrong', async () => {
  const path = join(folder, 'wrong.json');
  await writeFile(
    path,
    JSON.stringify({
      DBParameterGroupName: 'x',
      Parameters: [{ ParameterName: 1, Apply: 'now', ApplyMethod: 'later' }],
    }),
  );
  expect(judgeRequest('ModifyDBParameterGroup', path)).toMatch(/Invalid type.*Apply later/s);
});

it('writes a playbook that Ansible understands', async () => {
  const [playbook] = await write('ansible');
  const check = (path: string): string =>
    execFileSync('/usr/bin/ansible-playbook', ['--syntax-check', '-i', 'localhost,', path], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { PATH: '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
    });
  expect(check(playbook?.path ?? '')).toContain('playbook:');
  const broken = join(folder, 'broken.yml');
  await writeFile(broken, (playbook?.text ?? '').replaceAll('postgresql_set', 'postgresql_sett'));
  expect(() => check(broken)).toThrow();
});

it('writes statements that psql carries out', async () => {
  const [script] = await write(
    'alter-system',
    PLANNED.filter(({ name }) => name !== 'shared_buffers'),
  );
  const server = await startServer({ major: 15, name: 'psql-formats' });
  try {
    execFileSync(PSQL, ['-X', '-v', 'ON_ERROR_STOP=1', '-f', script?.path ?? '', server.dsn()], {
      stdio: 'pipe',
    });
    const [row] = await server.query("SELECT pg_catalog.current_setting('log_lock_waits') AS value");
    expect(row?.['value']).toBe('on');
  } finally {
    await server.stop();
  }
});
