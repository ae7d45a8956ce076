import { Cluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import { PostgreSQLManagementFlexibleServerClient } from '@azure/arm-postgresql-flexible';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ChangeSet } from '../../src/tuning/changeset/changeSet.js';
import { planOutput } from '../../src/tuning/formats/output.js';
import type { PlanFormatId } from '../../src/tuning/formats/registry.js';
import { REPOSITORY } from '../support/binaries.js';
import { PLANNED } from '../unit/tuning/formats/planned.js';

// Each provider's published shape judges what pgdba writes for it: CloudNativePG's resource definition, the request
// bodies that Azure's client sends, the types that Google publishes for Cloud SQL. RDS: test/debian/planFormats.test.ts.

async function documentsOf(id: PlanFormatId): Promise<readonly { file: string; text: string }[]> {
  return (await planOutput(id, {} as ChangeSet, PLANNED, 17)).documents;
}

describe('cnpg', () => {
  type Resource = ConstructorParameters<typeof Cluster>[0];
  const validate = (patch: Resource): void => {
    const spec = { instances: 1, storage: { size: '1Gi' }, ...(patch as { spec: object }).spec };
    new Cluster({ metadata: { name: 'db' }, spec }).validate();
  };

  it('is what the resource definition allows, to readers of YAML 1.1 too', async () => {
    const [document] = await documentsOf('cnpg');
    for (const version of ['1.1', '1.2'] as const) {
      const patch = parse(document?.text ?? '', { version }) as Resource;
      expect(() => {
        validate(patch);
      }).not.toThrow();
    }
  });

  it('would be refused with a value that is no string', () => {
    const broken = { spec: { postgresql: { parameters: { jit: false } } } } as unknown as Resource;
    expect(() => {
      validate(broken);
    }).toThrow(/must be string/);
  });
});

describe('azure', () => {
  it('is the body that Azure’s own client sends', async () => {
    const sent: string[] = [];
    const client = new PostgreSQLManagementFlexibleServerClient(
      { getToken: () => Promise.resolve({ token: 'none', expiresOnTimestamp: Date.now() + 1e9 }) },
      'subscription',
      {
        httpClient: {
          sendRequest: (request) => {
            if (typeof request.body === 'string') sent.push(request.body);
            return Promise.reject(new Error('not sent'));
          },
        },
      },
    );
    const documents = await documentsOf('azure');
    expect(documents).toHaveLength(PLANNED.length);
    for (const { file, text } of documents) {
      const body = JSON.parse(text) as { properties: { value?: string; source: string } };
      const name = file.replace(/\.json$/, '');
      await expect(client.configurations.beginPut('group', 'server', name, body.properties)).rejects.toThrow(
        'not sent',
      );
      expect(JSON.parse(sent.at(-1) ?? '')).toEqual(body);
    }
  });
});

describe('cloudsql', () => {
  /** What the compiler has against each body, as a literal of the published type. */
  function mistakes(bodies: readonly string[]): string[][] {
    const sources = new Map(
      bodies.map((body, i) => [
        join(REPOSITORY, `test/contract/cloudsqlBody${String(i)}.ts`),
        `import type { sqladmin_v1 } from '@googleapis/sqladmin';
export const body: sqladmin_v1.Schema$DatabaseInstance = ${body};`,
      ]),
    );
    const options: ts.CompilerOptions = {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      types: [],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
    };
    const host = ts.createCompilerHost(options);
    const program = ts.createProgram([...sources.keys()], options, {
      ...host,
      fileExists: (path) => sources.has(path) || host.fileExists(path),
      readFile: (path) => sources.get(path) ?? host.readFile(path),
      getSourceFile: (path, version) => {
        const source = sources.get(path);
        return source === undefined
          ? host.getSourceFile(path, version)
          : ts.createSourceFile(path, source, ts.ScriptTarget.ES2022);
      },
    });
    return [...sources.keys()].map((path) =>
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(path))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    );
  }

  it('is what the published types allow', { timeout: 120_000 }, async () => {
    const [document] = await documentsOf('cloudsql');
    const [ours, wrongType, wrongName] = mistakes([
      document?.text ?? '',
      '{"settings":{"databaseFlags":[{"name":"work_mem","value":4}]}}',
      '{"settings":{"databaseFlagz":[]}}',
    ]);
    expect(ours).toEqual([]);
    expect(wrongType?.join()).toMatch(/number.*string/);
    expect(wrongName?.join()).toContain('databaseFlagz');
  });
});
