import { quoteIdentifier } from '../../core/identifier.js';
import { distancesOf, worstLevel, type Distances } from './distances.js';
import { milestonesOf, type Settings } from './thresholds.js';
import type { DatabaseHealth } from './vacuumData.js';
import type { DatabaseStat } from './vacuumQuestions.js';

/** How fast ids are taken; null without --delta. */
export interface IdRates {
  readonly interval_ms: number;
  readonly xid_per_s: number | null;
  readonly multixact_per_s: number | null;
}

/** A database's distances to wraparound, with what to do. Pure. */
export function databaseHealth(
  stat: DatabaseStat,
  {
    major,
    settings,
    rates,
  }: { readonly major: number; readonly settings: Settings; readonly rates: IdRates | null },
): DatabaseHealth {
  const milestones = milestonesOf(major, settings);
  const xid = distancesOf(stat.xid_age, milestones.xid);
  const multixact = distancesOf(stat.mxid_age, milestones.mxid);
  const level = worstLevel([stat.xid_age, milestones.xid], [stat.mxid_age, milestones.mxid]);
  return {
    name: stat.datname ?? '',
    allows_connections: stat.allows_connections,
    is_template: stat.is_template,
    issues: level === 'none' ? [] : ['wraparound'],
    wraparound_level: level,
    xid,
    multixact,
    eta: rates === null ? null : etaOf(xid, multixact, rates),
    remedy: level === 'none' ? [] : remedyOf(stat),
  };
}

/** Nobody can connect to template0 to vacuum it: autovacuum does, once it may. */
function remedyOf({ datname, allows_connections }: DatabaseStat): string[] {
  if (allows_connections === false) {
    return ['-- Only autovacuum can vacuum it: look at horizon_holders and workers.'];
  }
  return [`-- connected to ${quoteIdentifier(datname ?? '')}:`, 'VACUUM (FREEZE);'];
}

type Milestone = 'to_forced_autovacuum' | 'to_warn' | 'to_stop';

function etaOf(xid: Distances, multixact: Distances, rates: IdRates): DatabaseHealth['eta'] {
  const sooner = (milestone: Milestone): number | null => {
    const times = [
      secondsTo(xid[milestone], rates.xid_per_s),
      secondsTo(multixact[milestone], rates.multixact_per_s),
    ].filter((seconds) => seconds !== null);
    return times.length === 0 ? null : Math.min(...times);
  };
  return {
    forced_autovacuum_s: sooner('to_forced_autovacuum'),
    warn_s: sooner('to_warn'),
    stop_s: sooner('to_stop'),
  };
}

/** 0 when it is there already; null when it is not reached at that rate. */
function secondsTo(distance: number | null, perSecond: number | null): number | null {
  if (distance === null) return null;
  if (distance <= 0) return 0;
  return perSecond === null || perSecond <= 0 ? null : Math.round(distance / perSecond);
}
