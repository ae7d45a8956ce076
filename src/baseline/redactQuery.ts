import { isKeyWord } from '../core/identifier.js';
import { maskLiterals } from '../core/maskLiterals.js';
import type { Pseudonym } from './pseudonyms.js';

/** Words of SQL that could be names but hardly are, and functions that everybody calls. */
const COMMON_WORDS = new Set(
  (
    'abs access add after age alter array_agg avg before begin bool bytea by cascade ceil close cluster commit concat copy count ' +
    'create cube current cursor database day deallocate delete discard do double drop exclusive execute extension explain filter first float8 floor ' +
    'following force generate_series groups hour if increment index insert int2 interval int4 int8 is json_agg jsonb jsonb_agg key ' +
    'last length listen lock lower max merge min minute mode month no nothing notify now nowait nulls of operator over owned ' +
    'partition preceding prepare range rank recursive refresh reindex release replace reset restart restrict rollback ' +
    'round row_number rows savepoint schema second security sequence session set share show start string_agg substr sum ' +
    'table temp temporary text ties transaction trim truncate type unbounded unlogged unnest until update upper uuid ' +
    'vacuum values varying view week within without work year zone xid oid regclass'
  ).split(' '),
);

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'[^']*'?|"(?:[^"]|"")*"?|\$\d+|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g;

/** The statement with every literal masked, every comment left out, and every name a pseudonym. */
export function redactQuery(text: string, pseudonym: Pseudonym): string {
  return maskLiterals(text).replace(TOKEN, (token) => {
    if (token.startsWith('--') || token.startsWith('/*')) return '';
    if (token.startsWith("'") || token.startsWith('$')) return token;
    if (token.startsWith('"')) return pseudonym(token.replace(/^"|"$/g, '').replaceAll('""', '"'));
    const word = token.toLowerCase();
    return isKeyWord(word) || COMMON_WORDS.has(word) || word.startsWith('pg_') ? token : pseudonym(word);
  });
}
