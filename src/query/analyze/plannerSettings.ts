import { PINNED, type UserSettings } from '../plan/userSettings.js';
import type { PlannerSettings } from './judge.js';
import { USUAL_BLOCK_BYTES } from './planSummary.js';

/** hash_mem_multiplier came with 13; before it, hash tables had work_mem and no more. */
const NO_MULTIPLIER = 1;

/**
 * What to plan with, and what rules go by, from the role's own settings.
 * @param searchPath in place of the role's; null: the role's
 */
export function plannerSettings(
  role: UserSettings,
  searchPath: string | null,
): { settings: UserSettings; planner: PlannerSettings } {
  const pinned = PINNED.flatMap((name) => (role[name] === undefined ? [] : [[name, role[name]] as const]));
  const settings: UserSettings = {
    ...Object.fromEntries(pinned),
    ...(searchPath === null ? {} : { search_path: searchPath }),
  };
  const workMemKb = role['work_mem'];
  return {
    settings,
    planner: {
      workMemBytes: workMemKb === undefined ? null : Number(workMemKb) * 1024,
      hashMemMultiplier: Number(role['hash_mem_multiplier'] ?? NO_MULTIPLIER),
      blockBytes: Number(role['block_size'] ?? USUAL_BLOCK_BYTES),
    },
  };
}
