import type { Catalog } from '../catalog/catalog.js';
import type { Item, Reading, Scope } from './scope.js';
import type { Parsed } from './parser.js';

/** What the parts of a statement are read with. */
export interface StatementReader {
  readonly reading: Reading;
  readonly catalog: Catalog;
  readonly parse: (text: string) => Parsed;
  /** Views that are being read through, one in another. */
  views: number;
  /** Reads any statement; returns what a FROM around it sees of it. */
  readonly statement: (value: unknown, outer: Scope | null) => Item['outputs'];
}
