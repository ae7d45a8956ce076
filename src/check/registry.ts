import { settingPendingRestart } from './rules/settings/pendingRestart.js';
import { xidWraparound } from './rules/wraparound/xidWraparound.js';
import { sequenceExhaustion } from './rules/sequences/sequenceExhaustion.js';
import type { CheckRule } from './rule.js';

/** Every rule, by family. Adding one is a file in src/check/rules and a line here. */
export const CHECK_RULES: readonly CheckRule[] = [settingPendingRestart, xidWraparound, sequenceExhaustion];
