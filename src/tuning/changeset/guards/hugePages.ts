import { roughSize } from '../../sizeText.js';
import { bootRisk, changedOf, type Guard, type GuardContext } from './guard.js';
import { sharedBytes } from './sharedMemory.js';

const PARAMETERS = [
  'huge_pages',
  'huge_page_size',
  'shared_buffers',
  'max_connections',
  'max_locks_per_transaction',
];

/** With huge_pages=on a server that finds too few of them does not start. */
export const HUGE_PAGES_GUARD: Guard = {
  id: 'memory.huge_pages',
  parameters: PARAMETERS,
  reference: 'https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-HUGE-PAGES',
  check: (context: GuardContext) => {
    const { before, after, surroundings } = context;
    if (after.settingOf('huge_pages') !== 'on') return [];
    const parameter = changedOf(context, PARAMETERS);
    const bytes = sharedBytes(context);
    const isOwnSize = (after.numberOf('huge_page_size') ?? 0) > 0;
    const free = isOwnSize ? null : surroundings.freeHugePageBytes;
    if (bytes === null || free === null) {
      const message =
        'with huge_pages=on the server starts only with enough huge pages, and how many there are is not known';
      return [bootRisk('unless_forced', parameter, message, 'huge_pages=try takes them where it can.')];
    }
    // What the running server has in huge pages is free once it stops.
    const own = before.settingOf('huge_pages_status') === 'on' ? bytes.before : 0;
    if (bytes.after <= free + own) return [];
    const message = `with huge_pages=on the server needs ${roughSize(bytes.after)} in huge pages, and ${roughSize(free + own)} are free`;
    return [
      bootRisk('unless_forced', parameter, message, 'Raise vm.nr_hugepages first, or use huge_pages=try.'),
    ];
  },
};
