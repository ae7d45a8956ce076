import { readFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import type { Command } from '@oclif/core';
import { packageRoot } from './packageRoot.js';
import { VERSION } from './version.js';

/** What `--version` prints. */
export function versionLine(): string {
  return `pgdba/${VERSION} ${platform()}-${arch()} node-${process.version}\n`;
}

/**
 * The help of a command, a topic, or (for no words) of pgdba itself, as text. It is rendered from the manifest that
 * the build makes of the command classes, so that none of them is loaded.
 */
export async function helpText(words: string): Promise<string> {
  const [{ Help, oclifConfig }, manifest] = await Promise.all([
    import('./oclifConfig.js'),
    readFile(join(packageRoot(), 'dist', 'manifest.json'), 'utf8'),
  ]);
  const lines: string[] = [];
  class TextHelp extends Help {
    protected override log(...args: string[]): void {
      lines.push(args.join(' '));
    }
  }
  const config = await oclifConfig(JSON.parse(manifest) as Command.Cached[]);
  const help = new TextHelp(config, { stripAnsi: !process.stdout.isTTY });
  await help.showHelp(words === '' ? [] : [words.replaceAll(' ', ':')]);
  return `${lines.join('\n').trimEnd()}\n`;
}
