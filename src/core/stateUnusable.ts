import { PgdbaError } from './errors.js';

/** The error for a state file that cannot be used; `reason` is shown, and so must not quote the file. */
export function stateUnusable(path: string, reason: string, cause?: unknown): PgdbaError {
  return new PgdbaError('state_unusable', `${path} cannot be used: ${reason}`, { cause });
}

/** Runs `work`, which writes the file; what the file system says against it becomes `state_unusable`. */
export async function writingState<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (error instanceof PgdbaError || code === undefined || syscall === undefined) throw error;
    throw stateUnusable(path, `it cannot be written: ${reasonOf(error)}`, error);
  }
}

/** What `catch` caught, in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the file system refused with this code, e.g. ENOENT. */
export function isRefusal(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
