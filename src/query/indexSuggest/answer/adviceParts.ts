import type { Server } from '../../../cluster/server.js';
import type { Answers } from '../../ask.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Checks } from '../search/checkAround.js';
import type { Choice, ChooseOptions } from '../search/choice.js';
import type { BareForeignKey } from '../candidates/foreignKeys.js';
import type { Judge, Judged } from '../judge/judge.js';
import type { Parsed } from '../statement/parser.js';
import type { Prices } from '../judge/prices.js';
import type { LeftOut } from '../understand.js';
import type { Workload } from '../workload.js';

export interface SuggestWish {
  /** null: what pg_stat_statements holds. */
  readonly workload: Workload | null;
  /** Name of the only table to advise on, as SQL writes it; null: all. */
  readonly table: string | null;
  readonly minRows: number;
  readonly maxIndexes: number | null;
  readonly sizeBudget: number | null;
  readonly limit: number;
  readonly redactLiterals: boolean;
}

export interface SuggestSurroundings {
  readonly server: Server;
  readonly parse: (text: string) => Parsed;
  /** A name for a prepared statement that nobody else uses. */
  readonly name: string;
  readonly budget: AbortSignal;
}

/** All that the answer is made of. */
export interface Advice {
  readonly wish: SuggestWish;
  readonly workload: Workload;
  readonly catalog: Catalog;
  readonly judge: Judge;
  /** Those that were judged, some of which stand for others. */
  readonly judged: readonly Judged[];
  readonly judgedCount: number;
  readonly left: readonly LeftOut[];
  readonly choice: Choice;
  readonly checks: Checks;
  readonly foreignKeys: readonly BareForeignKey[];
  readonly sizes: ReadonlyMap<string, number>;
  readonly prices: Prices;
  readonly weight: ChooseOptions['weight'];
  readonly limitations: Answers['limitations'];
  readonly plannerCalls: number;
}

/** What the search found. */
export type Found = Pick<Advice, 'choice' | 'checks' | 'foreignKeys' | 'sizes' | 'weight'>;
