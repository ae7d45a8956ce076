import type { Suspect } from './suspect.js';

/** What an index is made of, so that two can be compared part by part. */
export interface IndexKey {
  /** One text for each key column: column or expression, operator class, collation, direction. */
  readonly parts: readonly string[];
  /** Column numbers of key and INCLUDE. */
  readonly columns: ReadonlySet<number>;
  readonly included: ReadonlySet<number>;
}

/** The key of an index as pg_index has it. */
export function keyOf(index: Suspect): IndexKey {
  const columns = numbers(index.key);
  const expressions = nodesOf(index.expressions);
  const classes = numbers(index.classes);
  const collations = numbers(index.collations);
  const options = numbers(index.options);
  let expression = 0;
  const parts = columns.slice(0, index.key_columns).map((column, at) => {
    const what = column === 0 ? (expressions[expression++] ?? '?') : String(column);
    return [what, classes[at], collations[at], options[at]].join('|');
  });
  const plain = (some: readonly number[]): Set<number> => new Set(some.filter((column) => column !== 0));
  return { parts, columns: plain(columns), included: plain(columns.slice(index.key_columns)) };
}

function numbers(vector: string): number[] {
  return vector === '' ? [] : vector.split(' ').map(Number);
}

/** The nodes of a list as pg_node_tree writes it, `({…} {…})`; braces in names are escaped there by a backslash. */
function nodesOf(tree: string | null): string[] {
  const nodes: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < (tree ?? '').length; at++) {
    const character = tree?.[at];
    if (character === '\\') at++;
    else if (character === '{') {
      if (depth === 0) start = at;
      depth++;
    } else if (character === '}') {
      depth--;
      if (depth === 0) nodes.push((tree ?? '').slice(start, at + 1));
    }
  }
  return nodes;
}
