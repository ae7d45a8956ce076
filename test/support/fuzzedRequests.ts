import fc from 'fast-check';

const PLAIN_NAMES = [
  ...['work_mem', 'Work_Mem', 'shared_buffers', 'max_connections', 'search_path', 'DateStyle', 'TimeZone'],
  ...['shared_preload_libraries', 'fsync', 'wal_level', 'port', 'data_directory', 'huge_pages', 'ssl'],
  ...['synchronous_standby_names', 'recovery_target_time', 'transaction_timeout', 'client_encoding', 'role'],
  ...['pg_stat_statements.track', 'pg_stat_statements.nosuch', 'nosuch.name', 'nosuch', 'application_name'],
  ...['random_page_cost', 'min_wal_size', 'archive_command', 'log_destination', 'statement_timeout', 'jit'],
];

const ODD_NAMES = [
  ...[
    'a.b.c',
    'a..b',
    '.',
    '',
    ' ',
    'a b',
    'a"b',
    "a'b",
    'a;b',
    'a--',
    'ünï',
    '$x',
    '1x',
    'a\nb',
    'a\0b',
    '🐘',
  ],
  ...['__proto__', 'constructor', 'hasOwnProperty', 'toString', "x'; DROP TABLE t; --", '\u202ework_mem'],
];

const PLAIN_VALUES = [
  '64MB',
  '1GB',
  'on',
  'off',
  '100',
  '0',
  '-1',
  '1.5',
  'replica',
  'a, b',
  '"a", "b,c"',
  'DEFAULT',
];

const ODD_VALUES = [
  ...[
    "it's",
    '\\',
    "\\'; SELECT 1; --",
    '""',
    '"',
    "'",
    "''",
    ',',
    'a,,b',
    '\u202e',
    'é',
    '🐘',
    '\ud800',
    '\0',
    'a\nb',
  ],
  ...[
    '1e308',
    '1e-308',
    '99999999999999999999999999',
    '0x7fffffffffffffff',
    'NaN',
    'Infinity',
    '-0',
    '٣',
    '１',
  ],
  ...[' ', '\t', '$user', '$libdir/x', '/etc/passwd', '%', '%s', 'postgresql://u:p@h/d', 'x'.repeat(10_000)],
];

const name = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom(...PLAIN_NAMES) },
  { weight: 3, arbitrary: fc.constantFrom(...ODD_NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...PLAIN_VALUES),
  fc.constantFrom(...ODD_VALUES),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
);

const line = fc.oneof(fc.constant(undefined), fc.constant(null), fc.constantFrom(...PLAIN_VALUES));

const parameter = fc.record(
  { name, new_value: value, old_value: line, old_line: line },
  { requiredKeys: ['name', 'new_value'] },
);

const changes = fc.record({ parameters: fc.array(parameter, { minLength: 1, maxLength: 3 }) });

/** Text of documents that are changesets, or might be. */
const wellFormed = changes.map((document) => JSON.stringify(document));

const malformed = fc.oneof(
  fc.json(),
  fc.string(),
  fc
    .record({ parameters: fc.anything(), id: fc.anything(), fingerprint: fc.anything(), node: fc.anything() })
    .map((document) =>
      JSON.stringify(document, (_key, item: unknown) => (typeof item === 'bigint' ? null : item)),
    ),
  changes.map((changeset) => JSON.stringify({ data: { changeset } })),
  // A changeset that was cut off, or has a letter too many.
  fc.tuple(wellFormed, fc.nat(), fc.string({ maxLength: 3 })).map(([text, at, extra]) => {
    const cut = at % (text.length + 1);
    return text.slice(0, cut) + extra + (extra.length > 1 ? text.slice(cut) : '');
  }),
);

/** Texts of changeset files: bad names, dots, quotes, line breaks, huge numbers, Unicode, and what is no changeset. */
export const fuzzedRequests = fc.oneof(
  { weight: 3, arbitrary: wellFormed },
  { weight: 2, arbitrary: malformed },
);
