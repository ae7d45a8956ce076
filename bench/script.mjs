// Recorded statements as a file for psql.

/** What pgdba sends around its reads: the transaction, its settings, savepoints and marks of time. */
const BOOKKEEPING = /^\s*(BEGIN|SET|SAVEPOINT|ROLLBACK|RELEASE|COMMIT)\b/i;

/** Every message that was sent, as one message of psql's each. */
export function sameMessages(statements) {
  return fileOf(
    statements.map((statement) => (isRead(statement) ? withLiterals(statement) : joined(statement))),
  );
}

/** Only the reads, as somebody writes them down who wants the same answers. */
export function readsOnly(statements) {
  return fileOf(statements.filter(isRead).map(withLiterals));
}

/** How many of the statements are reads. */
export function countReads(statements) {
  return statements.filter(isRead).length;
}

function isRead({ sql }) {
  return !BOOKKEEPING.test(sql);
}

/** Several statements of one message: psql sends them together when `\;` stands between them. */
function joined({ sql }) {
  return sql.replaceAll(';', ' \\;');
}

/** psql before version 16 cannot send parameters: their values take their places, untyped as they were sent. */
function withLiterals({ sql, params }) {
  if (params.length === 0) return sql;
  return sql.replace(/\$(\d+)/g, (_match, number) => literal(params[Number(number) - 1]));
}

function literal(value) {
  return value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}

function fileOf(messages) {
  return messages.map((message) => `${message.trim().replace(/;$/, '')}\n;\n`).join('');
}
