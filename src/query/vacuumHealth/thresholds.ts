import { FAILSAFE_LEAST, wraparoundLimits, type Milestones } from './wraparoundLimits.js';

/** Settings of the server by name, in their own units; absent where this version has no such one. */
export type Settings = ReadonlyMap<string, string>;

/** What of a table the thresholds depend on. */
export interface TableFacts {
  /** Storage options as `name=value`. */
  readonly options: readonly string[];
  /** Rows at the last VACUUM or ANALYZE; 0 where they were never counted, as autovacuum takes it. */
  readonly reltuples: number;
  readonly relpages: number;
  /** All-frozen blocks; null before 18. */
  readonly relallfrozen: number | null;
}

/** What autovacuum compares a table's counters with. Null: it does not go by that here. */
export interface Thresholds {
  readonly enabled: boolean;
  readonly dead: number;
  readonly inserted: number | null;
  readonly changed: number;
}

/**
 * The thresholds that apply to a table. Source: relation_needs_vacanalyze() of autovacuum.c; the limit on the dead and
 * the share of blocks not frozen came with 18, the threshold for inserts with 13.
 */
export function thresholdsOf(table: TableFacts, settings: Settings): Thresholds {
  const options = optionsOf(table.options);
  const value = (name: string): number | null => effective(options, settings, name);
  const scaled = (kind: string, rows: number): number =>
    (value(`autovacuum_${kind}_threshold`) ?? 0) + (value(`autovacuum_${kind}_scale_factor`) ?? 0) * rows;
  const most = value('autovacuum_vacuum_max_threshold') ?? -1;
  const dead = scaled('vacuum', table.reltuples);
  const insertBase = value('autovacuum_vacuum_insert_threshold') ?? -1;
  return {
    enabled: isOn(options.get('autovacuum_enabled') ?? 'on'),
    dead: most >= 0 ? Math.min(most, dead) : dead,
    inserted: insertBase < 0 ? null : scaled('vacuum_insert', table.reltuples * unfrozenShare(table)),
    changed: scaled('analyze', table.reltuples),
  };
}

function unfrozenShare({ relpages, relallfrozen }: TableFacts): number {
  if (relallfrozen === null || relpages <= 0 || relallfrozen <= 0) return 1;
  return 1 - Math.min(relallfrozen, relpages) / relpages;
}

/** The ages at which something happens to a table, for transaction ids and multixacts. An option can only lower one. */
export function milestonesOf(
  major: number,
  settings: Settings,
  options: readonly string[] = [],
): { readonly xid: Milestones; readonly mxid: Milestones } {
  const own = optionsOf(options);
  const limits = wraparoundLimits(major);
  const of = (what: 'xid' | 'mxid'): Milestones => {
    const infix = what === 'xid' ? '' : 'multixact_';
    const name = `autovacuum_${infix}freeze_max_age`;
    const everywhere = number(settings.get(name)) ?? Infinity;
    const failsafe = number(settings.get(`vacuum_${infix}failsafe_age`));
    return {
      ...limits[what],
      forced_autovacuum: Math.min(everywhere, number(own.get(name)) ?? everywhere),
      failsafe: failsafe === null ? null : Math.max(failsafe, Math.floor(everywhere * FAILSAFE_LEAST)),
    };
  };
  return { xid: of('xid'), mxid: of('mxid') };
}

/** Storage options by name; of those of a TOAST table the prefix is not stored. */
function optionsOf(options: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    options.map((option) => {
      const at = option.indexOf('=');
      return [option.slice(0, at), option.slice(at + 1)];
    }),
  );
}

/** A table's own value, else the server's; null where this version has none. -1 of a maximum or of inserts counts as own. */
function effective(options: ReadonlyMap<string, string>, settings: Settings, name: string): number | null {
  return number(options.get(name)) ?? number(settings.get(name));
}

function number(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/** As the server reads a boolean: any beginning of true, yes, on, and 1. */
export function isOn(text: string): boolean {
  const word = text.toLowerCase();
  return (
    word === '1' || word === 'on' || (word !== '' && ('true'.startsWith(word) || 'yes'.startsWith(word)))
  );
}
