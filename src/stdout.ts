/**
 * Writes the answer to stdout. A reader that has gone away (EPIPE) is not a failure: the command ends silently with
 * its own code. Any other failure is one line on stderr.
 * @returns false when the answer could not be written although somebody wanted it
 */
export function writeStdout(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (error?: Error | null): void => {
      const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
      if (error === null || error === undefined || code === 'EPIPE') {
        resolve(true);
        return;
      }
      process.stderr.write(`pgdba: stdout cannot be written: ${error.message}\n`, () => {
        resolve(false);
      });
    };
    process.stdout.once('error', done);
    process.stdout.write(text, done);
  });
}
