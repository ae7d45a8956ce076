import type { Rule } from '../../rule.js';
import { GB } from '../sizes.js';

/** From here on page tables cost noticeable memory (PGTune's limit, too). */
const WORTH_IT_BYTES = 2 * GB;

/** Never `on`: a kernel without enough of them then keeps the server from starting. Builds on shared_buffers. */
export const hugePages: Rule = {
  id: 'memory.huge_pages',
  title: 'Huge pages are tried, which is the default',
  parameters: ['huge_pages'],
  reference: 'https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-HUGE-PAGES',
  propose: ({ settings }, chosen) => {
    const buffers = chosen.numberOf('shared_buffers');
    if (chosen.settingOf('huge_pages') !== 'off' || buffers === null || buffers < WORTH_IT_BYTES) return [];
    const needed = settings.get('shared_memory_size_in_huge_pages')?.setting ?? null;
    return [
      {
        parameter: 'huge_pages',
        value: 'try',
        confidence: 'medium',
        rationale:
          'Somebody turned the default off. With try the server uses huge pages where the kernel has set enough aside (vm.nr_hugepages), and starts without them where not.',
        source: 'pgtune',
        evidence: {
          shared_buffers_bytes: buffers,
          shared_memory_size_in_huge_pages: needed === null ? null : Number(needed),
        },
      },
    ];
  },
};
