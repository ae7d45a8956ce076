// Two published ways to estimate bloat, worked out here from their descriptions, to be compared with. Both are arithmetic
// on pg_class and pg_stats; what they leave out is what sets them apart.
//
//   checkPostgres  the check `bloat` of check_postgres (bucardo.org): also what pgmetrics goes by
//   ioguix         "pgsql-bloat-estimation" (github.com/ioguix): what check_pgactivity and many monitoring queries go by

const POINTER = 4;
const ALIGNMENT = 8;
const BLOCK = 8192;

/** The next multiple of what everything in a page is aligned to; a multiple stays, as the part of it. */
const padded = (bytes, whole = bytes) => {
  const over = whole % ALIGNMENT;
  return over === 0 ? bytes : bytes + ALIGNMENT - over;
};

const sum = (values) => values.reduce((total, value) => total + value, 0);
const present = ({ null_frac: share }, width) => (1 - (share ?? 0)) * width;

/** Pages of a page header of 20 bytes and no fillfactor. */
const CHECK_POSTGRES_PAGE = BLOCK - 20;

/**
 * check_postgres. A row is a header of 23 bytes, aligned, and its values end to end; the largest share of NULLs takes that
 * much of another header with a bitmap. A column without statistics counts 2048 bytes, and so does a dropped one. Of an
 * index it is assumed that it has all columns of its table.
 */
function checkPostgresRow(columns) {
  const header = 23;
  const data = sum(columns.map((column) => present(column, column.avg_width ?? 2048)));
  const withHeader = data + padded(header);
  const nulls = Math.max(0, ...columns.map((column) => column.null_frac ?? 0));
  const nullable = columns.filter((column) => (column.null_frac ?? 0) !== 0).length;
  return { withHeader, nullHeader: nulls * padded(header + 1 + Math.floor(nullable / 8)) };
}

export const checkPostgres = {
  name: 'check_postgres',
  /** Pages that the table needs. */
  table({ rows, table_columns: columns }) {
    const { withHeader, nullHeader } = checkPostgresRow(columns);
    return Math.ceil((rows * (padded(withHeader) + nullHeader + POINTER)) / CHECK_POSTGRES_PAGE);
  },
  index({ rows, table_columns: columns }) {
    return Math.ceil((rows * (checkPostgresRow(columns).withHeader - 12)) / CHECK_POSTGRES_PAGE);
  },
  /** It looks at tables only. */
  toast: () => null,
};

const IOGUIX_PAGE = BLOCK - 24;

/**
 * ioguix. As the above with the real page header, fillfactor, dropped columns left out and all data of a row padded once.
 * It says itself that it cannot tell where a column is of type name, or some have no statistics. TOAST has four chunks a
 * page. An index row is a header of 8 bytes, or more with NULLs, and its own columns; posting lists and inner pages are
 * not looked at.
 */
export const ioguix = {
  name: 'ioguix',
  table({ rows, table_columns: columns, fillfactor }) {
    const live = columns.filter(({ dropped }) => !dropped);
    const known = live.filter(({ avg_width: width }) => width !== null);
    if (live.some(({ is_name: isName }) => isName) || known.length !== live.length) return null;
    const hasNulls = known.some(({ null_frac: share }) => share > 0);
    const header = 23 + (hasNulls ? Math.floor((7 + known.length) / 8) : 0);
    const data = sum(known.map((column) => present(column, column.avg_width)));
    const row = POINTER + padded(header) + padded(data, Math.ceil(data));
    return Math.ceil(rows / ((IOGUIX_PAGE * (fillfactor ?? 100)) / (row * 100)));
  },
  index({ rows, index_columns: columns, fillfactor }) {
    if (columns.some(({ is_name: isName }) => isName)) return null;
    const hasNulls = columns.some(({ null_frac: share }) => (share ?? 0) > 0);
    const header = padded(8 + (hasNulls ? Math.floor((32 + 8 - 1) / 8) : 0));
    const data = sum(columns.map((column) => present(column, column.avg_width ?? 1024)));
    const entry = POINTER + header + padded(data, Math.round(data));
    return 1 + Math.ceil(rows / Math.floor(((IOGUIX_PAGE - 16) * (fillfactor ?? 90)) / (100 * entry)));
  },
  toast: ({ rows }) => Math.ceil(rows / 4),
};
