import { bootRisk, changedOf, counted, type Guard, type GuardContext, type GuardFinding } from './guard.js';

/** What wal_level=minimal does not go with, as the server says it when it does not start. */
const NOT_WITH_MINIMAL: readonly {
  readonly parameter: string;
  readonly clashes: (value: string) => boolean;
}[] = [
  { parameter: 'max_wal_senders', clashes: (value) => Number(value) > 0 },
  { parameter: 'archive_mode', clashes: (value) => value !== 'off' },
  { parameter: 'summarize_wal', clashes: (value) => value === 'on' },
];

const MINIMAL_PARAMETERS = ['wal_level', ...NOT_WITH_MINIMAL.map(({ parameter }) => parameter)];

function minimalLevel(context: GuardContext): GuardFinding[] {
  const { after } = context;
  if (after.settingOf('wal_level') !== 'minimal') return [];
  return NOT_WITH_MINIMAL.flatMap(({ parameter, clashes }) => {
    const value = after.settingOf(parameter);
    if (value === null || !clashes(value)) return [];
    const message = `wal_level=minimal does not go with ${parameter}=${value}: the server would not start`;
    return [bootRisk('refuse', changedOf(context, MINIMAL_PARAMETERS), message)];
  });
}

/** Slots are kept over a restart, and want the WAL level that they were made for. */
function levelOfSlots(context: GuardContext): GuardFinding[] {
  const { after, surroundings } = context;
  const level = after.settingOf('wal_level');
  const lost = [
    ...(level !== 'logical' && surroundings.logicalSlots > 0
      ? [`${counted(surroundings.logicalSlots, 'logical slot')} of replication: wal_level must be logical`]
      : []),
    ...(level === 'minimal' && surroundings.physicalSlots > 0
      ? [
          `${counted(surroundings.physicalSlots, 'physical slot')} of replication: wal_level must be replica or logical`,
        ]
      : []),
  ];
  return lost.map((why) =>
    bootRisk(
      'refuse',
      changedOf(context, ['wal_level']),
      `there is ${why}, or the server does not start`,
      'Drop the slots first, if nobody uses them.',
    ),
  );
}

/** The server takes smaller values when they are set, and does not start with them. */
function segmentsFit(context: GuardContext): GuardFinding[] {
  const segment = context.after.numberOf('wal_segment_size');
  if (segment === null) return [];
  return SIZES.flatMap((parameter) => {
    const bytes = context.after.numberOf(parameter);
    if (bytes === null || bytes >= 2 * segment) return [];
    const least = `${String((2 * segment) / 1024 ** 2)}MB`;
    const message = `${parameter} must be at least twice wal_segment_size (${least}): the server would not start`;
    return [bootRisk('refuse', changedOf(context, [parameter, ...SIZES]), message)];
  });
}

const SIZES = ['min_wal_size', 'max_wal_size'];

function sizesInOrder(context: GuardContext): GuardFinding[] {
  const [least, most] = SIZES.map((name) => context.after.numberOf(name));
  if (least == null || most == null || least <= most) return [];
  const message = 'min_wal_size would be larger than max_wal_size';
  const parameter = changedOf(context, SIZES);
  return [{ severity: 'warn', code: 'dubious_setting', parameter, message }];
}

/** What the write-ahead log needs. */
export const WAL_GUARDS: readonly Guard[] = [
  {
    id: 'wal.minimal',
    parameters: MINIMAL_PARAMETERS,
    reference: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-LEVEL',
    check: minimalLevel,
  },
  {
    id: 'wal.slots',
    parameters: ['wal_level'],
    reference: 'RestoreSlotFromDisk() in src/backend/replication/slot.c',
    check: levelOfSlots,
  },
  {
    id: 'wal.segments',
    parameters: SIZES,
    reference: 'ReadControlFile() in src/backend/access/transam/xlog.c',
    check: segmentsFit,
  },
  {
    id: 'wal.order',
    parameters: SIZES,
    reference: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-MIN-WAL-SIZE',
    check: sizesInOrder,
  },
];
