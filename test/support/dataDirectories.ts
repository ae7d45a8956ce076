import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { usableBinaries } from '../../src/sandbox/binaries.js';
import {
  configureDataDirectory,
  initialiseSandbox,
  makeDataDirectory,
  type SandboxOptions,
} from '../../src/sandbox/server.js';
import { serverUser } from '../../src/sandbox/systemUser.js';
import { binariesOf } from './binaries.js';
import type { Major } from './majors.js';
import { forgetFolder, makeServerFolder } from './serverFolders.js';
import { giveOwnIdentifier } from './systemIdentifier.js';
import { setTemplatesFolder, templatesFolder } from './templatesFolder.js';

const run = promisify(execFile);

/** Has this run keep templates of data directories; the returned function removes them. */
export async function keepTemplates(): Promise<() => Promise<void>> {
  const folder = await makeServerFolder('templates', serverUser());
  setTemplatesFolder(folder);
  return () => forgetFolder(folder);
}

/** Makes the template of a major, by initdb. @throws Error when no templates are kept */
export async function makeTemplate(major: Major): Promise<void> {
  const template = templateOf(major);
  if (template === undefined) throw new Error('this run keeps no templates');
  const user = serverUser();
  const binaries = await usableBinaries(await binariesOf(major), user);
  await makeDataDirectory({ binaries, user, dataDirectory: template });
}

/**
 * Makes the data directory of a server, with its settings and pg_hba.conf: a copy of the template, which costs a tenth
 * of initdb, under a system identifier of its own. Where there is no template, by initdb.
 */
export async function prepareDataDirectory(major: Major, sandbox: SandboxOptions): Promise<void> {
  const template = templateOf(major);
  if (template === undefined || !existsSync(template)) return initialiseSandbox(sandbox);
  await run('cp', ['-Rp', template, sandbox.dataDirectory]);
  await giveOwnIdentifier(sandbox.dataDirectory);
  await configureDataDirectory(sandbox);
}

function templateOf(major: Major): string | undefined {
  const folder = templatesFolder();
  return folder === undefined ? undefined : join(folder, String(major));
}
