import { loadCommand, route, type Route } from './commands.js';
import { asError } from './core/errors.js';
import { writeStdout } from './stdout.js';

/** Answers the words of the command line on stdout and ends the process. */
export async function main(argv: readonly string[]): Promise<void> {
  const asked = route(argv);
  // The words may hold a DSN with a password; other users of the machine see them in the process list.
  process.title = asked.kind === 'command' ? `pgdba ${asked.words}` : 'pgdba';
  // Read from disk while other files are; whatever is wrong with it is met again where it is awaited.
  if (asked.kind === 'command') loadCommand(asked.words)?.catch(() => undefined);
  let failed: Error | undefined;
  try {
    const text = await textFor(asked);
    if (text !== null) process.exit((await writeStdout(text)) ? 0 : 1);
  } catch (error) {
    failed = asError(error);
  }
  const { answer } = await import('./answer.js');
  await answer(asked, failed);
}

/** The text that --version and --help print; null when a command is asked for. */
async function textFor({ kind, words }: Route): Promise<string | null> {
  if (kind !== 'version' && kind !== 'help') return null;
  const { helpText, versionLine } = await import('./help.js');
  return kind === 'version' ? versionLine() : helpText(words);
}
