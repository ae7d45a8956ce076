import type { Catalog, Column, Relation } from '../../../../src/query/indexSuggest/catalog/catalog.js';

export function column(name: string, number: number, more: Partial<Column> = {}): Column {
  return {
    name,
    number,
    type: 'integer',
    base: 'integer',
    category: 'N',
    btree: true,
    bytewise: false,
    not_null: true,
    width: 4,
    n_distinct: 1000,
    null_frac: 0,
    correlation: 0,
    common: null,
    common_freqs: null,
    bounds: null,
    ...more,
  };
}

const text = { type: 'text', base: 'text', category: 'S', width: 20 };

export function relation(
  oid: number,
  name: string,
  columns: readonly Column[],
  more: Partial<Relation> = {},
): Relation {
  return {
    oid,
    schema: 'shop',
    name,
    kind: 'r',
    persistence: 'p',
    rows: 100_000,
    pages: 2000,
    locked: false,
    visible: true,
    system: false,
    parent: null,
    partitions: [],
    columns,
    indexes: [],
    definition: null,
    seq_scan: 0,
    seq_tup_read: 0,
    idx_scan: 0,
    inserted: 0,
    updated: 0,
    hot_updated: 0,
    deleted: 0,
    ...more,
  };
}

/** orders, items, "Mixed Case" and a view on orders. */
export function shopCatalog(extensions: Catalog['extensions'] = {}): Catalog {
  const orders = relation(1, 'orders', [
    column('id', 1),
    column('customer_id', 2),
    column('status', 3, {
      ...text,
      n_distinct: 3,
      common: ['done', 'paid', 'new'],
      common_freqs: [0.7, 0.29, 0.01],
    }),
    column('placed_at', 4, {
      type: 'timestamp without time zone',
      base: 'timestamp without time zone',
      category: 'D',
      width: 8,
    }),
    column('note', 5, text),
    column('body', 6, { type: 'jsonb', base: 'jsonb', category: 'U', width: 80 }),
    column('tags', 7, { type: 'text[]', base: 'text[]', category: 'A', width: 40 }),
    column('shipped_at', 8, { type: 'date', base: 'date', category: 'D', null_frac: 0.02 }),
  ]);
  const items = relation(2, 'items', [column('id', 1), column('order_id', 2), column('qty', 3)]);
  const odd = relation(3, 'Mixed "Case".x', [column('A b', 1), column('Größe', 2)]);
  const open = relation(4, 'open_orders', [], {
    kind: 'v',
    definition: `SELECT id AS number, customer_id, placed_at FROM shop.orders WHERE status = 'new'::text`,
  });
  const functions = ['lower', 'upper'].map((name) => ({
    name,
    schema: 'pg_catalog',
    argument_types: ['text'],
    arguments: 1,
  }));
  const search = {
    name: 'to_tsvector',
    schema: 'pg_catalog',
    argument_types: ['regconfig', 'text'],
    arguments: 2,
  };
  return {
    relations: new Map([orders, items, odd, open].map((one) => [one.oid, one])),
    foreignKeys: [],
    functions: [...functions, search],
    searchPath: ['pg_catalog', 'shop'],
    extensions,
    major: 16,
    blockBytes: 8192,
  };
}
