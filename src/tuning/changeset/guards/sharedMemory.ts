import { chooseVariant } from '../../../core/version.js';
import { projectedSharedBytes } from '../../sharedMemory.js';
import { roughSize } from '../../sizeText.js';
import type { Outlook } from '../outlook.js';
import { bootRisk, changedOf, type Guard, type GuardContext, type GuardFinding } from './guard.js';

/** A server that takes more than this may start and be killed later, when its sessions want memory too. */
const SHARE_OF_RAM = 0.4;
/** What nobody needs to know the RAM for. */
const NEGLIGIBLE_BYTES = 64 * 1024 ** 2;

/** Bytes of shared memory for each byte of the setting; transactions’ pages have as much beside them (clog.c). */
const SIZES: Readonly<Record<string, number>> = {
  min_dynamic_shared_memory: 1,
  commit_timestamp_buffers: 1,
  multixact_member_buffers: 1,
  multixact_offset_buffers: 1,
  notify_buffers: 1,
  serializable_buffers: 1,
  subtransaction_buffers: 1,
  transaction_buffers: 2,
};

interface PerProcess {
  /** What projectedSharedBytes() has counted already. */
  readonly counted: number;
  /** Bytes for each unit beyond it. Measured with `postgres -C shared_memory_size` on 15 to 18. */
  readonly bytes: number;
  /** Whether the processes of the server itself have it too. */
  readonly ofServer: boolean;
}

/** What each process that may exist has in shared memory. */
const PER_PROCESS: Readonly<Record<string, PerProcess>> = {
  track_activity_query_size: { counted: 1024, bytes: 1, ofServer: true },
  max_pred_locks_per_transaction: { counted: 64, bytes: 260, ofServer: false },
  io_max_concurrency: { counted: 64, bytes: 520, ofServer: true },
};

/** NUM_AUXILIARY_PROCS of PostgreSQL's proc.h and what is near it: from 18 on, most of them may be I/O workers. */
const PROCESSES_OF_SERVER = [
  { since: 12, count: 8 },
  { since: 18, count: 40 },
];

const PROCESSES = ['max_connections', 'max_worker_processes', 'max_wal_senders', 'max_prepared_transactions'];
/** The first that the server has. */
const AUTOVACUUM = ['autovacuum_worker_slots', 'autovacuum_max_workers'];

const PARAMETERS = [
  ...['shared_buffers', 'wal_buffers', 'max_locks_per_transaction'],
  ...Object.keys(SIZES),
  ...Object.keys(PER_PROCESS),
  ...PROCESSES,
  ...AUTOVACUUM,
];

/** Whether a change concerns shared memory, so that the host's RAM must be known to judge it; names in any case. */
export function concernsSharedMemory(changes: readonly { readonly name: string }[]): boolean {
  return changes.some(({ name }) => PARAMETERS.includes(name.toLowerCase()));
}

/** What the settings ask for beyond what projectedSharedBytes() counts; extensions' own memory apart. */
function otherBytes(major: number, { numberOf }: Outlook): number {
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  const workers = AUTOVACUUM.map(numberOf).find((count) => count !== null) ?? 0;
  const processes = sum(PROCESSES.map((name) => numberOf(name) ?? 0)) + workers;
  const ofServer = chooseVariant(PROCESSES_OF_SERVER, major)?.count ?? 0;
  return sum([
    ...Object.entries(SIZES).map(([name, factor]) => factor * (numberOf(name) ?? 0)),
    ...Object.entries(PER_PROCESS).map(([name, each]) => {
      const beyond = Math.max(0, (numberOf(name) ?? 0) - each.counted);
      return beyond * each.bytes * (processes + (each.ofServer ? ofServer : 0));
    }),
  ]);
}

/**
 * Bytes of shared memory that a start would ask for, without the change and with it. From 15 on the server tells what it
 * has now, extensions' memory included, and only the difference is projected. Null when too little is known.
 */
export function sharedBytes({ major, before, after, configuration }: GuardContext): {
  readonly before: number;
  readonly after: number;
} | null {
  const projected = [before, after].map((outlook) => {
    const bytes = projectedSharedBytes(major, (name) => outlook.numberOf(name));
    return bytes === null ? null : bytes + otherBytes(major, outlook);
  });
  const [was, willBe] = projected;
  if (was == null || willBe == null) return null;
  const measured = configuration.settings.has('shared_memory_size')
    ? before.numberOf('shared_memory_size')
    : null;
  const base = measured ?? was;
  return { before: base, after: base + willBe - was };
}

function enoughMemory(context: GuardContext): GuardFinding[] {
  const bytes = sharedBytes(context);
  if (bytes === null || bytes.after <= bytes.before) return [];
  const parameter = changedOf(context, PARAMETERS);
  return context.ramBytes === null
    ? unknownMemory(context, bytes.after - bytes.before, parameter)
    : knownMemory(context.ramBytes, bytes.after, parameter);
}

function unknownMemory(context: GuardContext, growth: number, parameter: string | null): GuardFinding[] {
  const { before, after } = context;
  const isBuffers = (after.numberOf('shared_buffers') ?? 0) > (before.numberOf('shared_buffers') ?? 0);
  if (!isBuffers && growth <= NEGLIGIBLE_BYTES) return [];
  const message = `shared memory would grow by ${roughSize(growth)}, and how much RAM the server has is not known`;
  const hint = 'Say how much it has with --ram, or use --force.';
  return [bootRisk('unless_forced', parameter, message, hint)];
}

function knownMemory(ram: number, needed: number, parameter: string | null): GuardFinding[] {
  if (needed <= SHARE_OF_RAM * ram) return [];
  const share = `${roughSize(needed)} of shared memory, of ${roughSize(ram)} of RAM`;
  return needed > ram
    ? [bootRisk('refuse', parameter, `the server would ask for ${share}: it would not start`)]
    : [
        bootRisk(
          'unless_forced',
          parameter,
          `the server would ask for ${share}: more than 40 % leaves too little`,
        ),
      ];
}

/** A start that gets less shared memory than it asks for is FATAL. */
export const SHARED_MEMORY_GUARD: Guard = {
  id: 'memory.shared',
  parameters: PARAMETERS,
  reference: 'https://www.postgresql.org/docs/current/kernel-resources.html',
  check: enoughMemory,
};
