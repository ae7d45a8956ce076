import { bootRisk, type Guard, type GuardContext } from './guard.js';

/** The default is 1000; below this, sockets and libraries may leave too few, and how many they need cannot be told. */
const ENOUGH_FILES = 200;

/** With few descriptors for each process the server does not start, although it takes the value (seen with 64 on 16 and 17). */
export const OPEN_FILES_GUARD: Guard = {
  id: 'files.descriptors',
  parameters: ['max_files_per_process'],
  reference: 'set_max_safe_fds() in src/backend/storage/file/fd.c',
  check: ({ after }: GuardContext) => {
    const files = after.numberOf('max_files_per_process');
    if (files === null || files >= ENOUGH_FILES) return [];
    const message = `with max_files_per_process=${String(files)} too few may be left to start the server`;
    return [bootRisk('unless_forced', 'max_files_per_process', message)];
  },
};
