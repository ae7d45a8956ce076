// Seeded workloads over one table of eight columns whose statistics are complete.

/** Rows lie in no column's order, and the columns know nothing of each other. */
export const PLANT = `
SELECT setseed(0.4321);
CREATE TABLE facts AS SELECT
  (random() * 4.999)::int AS c1,
  (random() * 40)::int AS c2,
  (random() * 400)::int AS c3,
  (random() * 5000)::int AS c4,
  (random() * 1000000)::int AS c5,
  (1000 * random() ^ 4)::int AS c6,
  CASE WHEN random() < 0.2 THEN (random() * 300)::int END AS c7,
  date '2024-01-01' + (random() * 1000)::int AS c8,
  repeat('x', 60) AS pad
FROM generate_series(1, 60000);
ALTER TABLE facts ALTER c1 SET STATISTICS 1000, ALTER c2 SET STATISTICS 1000, ALTER c3 SET STATISTICS 1000,
  ALTER c4 SET STATISTICS 1000, ALTER c5 SET STATISTICS 1000, ALTER c6 SET STATISTICS 1000,
  ALTER c7 SET STATISTICS 1000, ALTER c8 SET STATISTICS 1000;
VACUUM ANALYZE facts`;

export const COLUMNS = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'];
/** The values of a column lie from nought to here. */
const HIGHEST = { c1: 5, c2: 40, c3: 400, c4: 5000, c5: 1_000_000, c6: 1000, c7: 300, c8: 1000 };

/** Numbers from nought to one that depend on the seed alone (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function sayer(random) {
  const upTo = (n) => Math.floor(random() * n);
  const shuffled = [...COLUMNS];
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = upTo(at + 1);
    [shuffled[at], shuffled[other]] = [shuffled[other], shuffled[at]];
  }
  const literal = (column, value) => (column === 'c8' ? `date '2024-01-01' + ${value}` : String(value));
  const equal = (column) => `${column} = ${literal(column, upTo(HIGHEST[column]))}`;
  const range = (column) => {
    const width = HIGHEST[column] * (0.002 + 0.15 * random() ** 2);
    const from = upTo(HIGHEST[column] - width);
    return `${column} BETWEEN ${literal(column, from)} AND ${literal(column, from + Math.ceil(width))}`;
  };
  const among = (column) =>
    `${column} IN (${[0, 1, 2].map(() => literal(column, upTo(HIGHEST[column]))).join(', ')})`;
  return { columns: shuffled, equal, range, among, limit: () => 5 + upTo(40) };
}

/** What an application asks of one table; each takes columns in a random order. */
const MIXED = [
  ({ columns: [a], equal }) => [`SELECT * FROM facts WHERE ${equal(a)}`, a],
  ({ columns: [a, b], equal }) => [`SELECT * FROM facts WHERE ${equal(a)} AND ${equal(b)}`, a, b],
  ({ columns: [a, b, c], equal }) => [
    `SELECT * FROM facts WHERE ${equal(a)} AND ${equal(b)} AND ${equal(c)}`,
    a,
    b,
    c,
  ],
  ({ columns: [a, b], equal, range }) => [`SELECT * FROM facts WHERE ${equal(a)} AND ${range(b)}`, a, b],
  ({ columns: [a], range }) => [`SELECT * FROM facts WHERE ${range(a)}`, a],
  ({ columns: [a, b], equal, limit }) => [
    `SELECT * FROM facts WHERE ${equal(a)} ORDER BY ${b} LIMIT ${limit()}`,
    a,
    b,
  ],
  ({ columns: [a], limit }) => [`SELECT * FROM facts ORDER BY ${a} DESC LIMIT ${limit()}`, a],
  ({ columns: [a, b], equal }) => [`SELECT count(DISTINCT ${b}) FROM facts WHERE ${equal(a)}`, a, b],
  ({ columns: [a, b], equal }) => [`SELECT ${b}, count(*) FROM facts WHERE ${equal(a)} GROUP BY ${b}`, a, b],
  ({ columns: [a, b], among, range }) => [`SELECT * FROM facts WHERE ${among(a)} AND ${range(b)}`, a, b],
  ({ columns: [a, b], equal, range }) => [
    `SELECT count(*) FROM facts WHERE ${equal(a)} AND ${range(b)}`,
    a,
    b,
  ],
  ({ columns: [a, b], equal, range }) => [
    `UPDATE facts SET pad = 'y' WHERE ${equal(a)} AND ${range(b)}`,
    a,
    b,
  ],
];

/** What reads few columns, so that an index that holds them all spares reading the table. */
export const NARROW = [
  ({ columns: [a, b], equal }) => [`SELECT ${b} FROM facts WHERE ${equal(a)}`, a, b],
  ({ columns: [a, b, c], equal }) => [`SELECT ${b}, ${c} FROM facts WHERE ${equal(a)}`, a, b, c],
  ({ columns: [a, b, c], equal, range }) => [
    `SELECT max(${c}) FROM facts WHERE ${equal(a)} AND ${range(b)}`,
    a,
    b,
    c,
  ],
  ({ columns: [a, b, c, d], equal }) => [
    `SELECT ${c}, count(DISTINCT ${d}) FROM facts WHERE ${equal(a)} AND ${equal(b)} GROUP BY ${c}`,
    a,
    b,
    c,
    d,
  ],
  ({ columns: [a, b], range }) => [`SELECT ${b} FROM facts WHERE ${range(a)}`, a, b],
  ({ columns: [a, b, c], range }) => [
    `SELECT ${b}, max(${c}) FROM facts WHERE ${range(a)} GROUP BY ${b}`,
    a,
    b,
    c,
  ],
  ({ columns: [a], equal }) => [`SELECT * FROM facts WHERE ${equal(a)}`, a],
];

/** Four to eight statements, and the columns that have an index already: of none to two. */
export function randomWorkload(seed, kinds = MIXED) {
  const random = randomFrom(seed);
  const upTo = (n) => Math.floor(random() * n);
  const statements = Array.from({ length: 4 + upTo(5) }, () => {
    const [text, ...columns] = kinds[upTo(kinds.length)](sayer(random));
    return { text, columns };
  });
  const existing = [...new Set(Array.from({ length: upTo(3) }, () => COLUMNS[upTo(COLUMNS.length)]))];
  return { statements, existing };
}
