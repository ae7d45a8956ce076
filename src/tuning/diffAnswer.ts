import type { Server } from '../cluster/server.js';
import type { DcsKnown } from '../patroni/dcsSight.js';
import type { Configuration } from './configuration.js';
import { DIFFERENT_BY_NATURE } from './diffByNature.js';
import { compareServers } from './diffCluster.js';
import type { Settings } from '../core/setting/spec.js';
import type { Against, ConfigDiffData, UnknownParameter } from './diffData.js';
import type { DiffInput } from './diffInput.js';
import { differencesFrom } from './diffRecommendations.js';
import { compareWanted, type Comparison } from './diffSettings.js';
import type { Tuning } from './tune.js';
import type { TuneWish } from './tuneWish.js';

/** A server and its whole configuration. */
interface There {
  readonly server: Server;
  readonly configuration: Configuration;
}

/** The server that is compared, its whole configuration, and what is known of the DCS of its cluster. */
export interface Met extends There {
  readonly dcs: DcsKnown;
}

/** An answer; what there is to say of the cluster is for the command to add. */
export type Compared = Omit<ConfigDiffData, 'patroni'>;

export const NOTHING_SAID = {
  workload: null,
  profile: null,
  rules: null,
  format: null,
  server_version_num: null,
};

/** What config diff answers about recommendations. */
export function againstRecommendations(here: Met, wish: TuneWish, tuning: Tuning): Compared {
  const { workload, rules } = wish;
  const { profile, host, refused, recommendations } = tuning;
  const name = `${workload}, ${profile}`;
  return {
    ...answer(
      { ...NOTHING_SAID, kind: 'recommendations', name, workload, profile, rules },
      differencesFrom(here, recommendations),
      [],
    ),
    refused: [...refused],
    host,
  };
}

/** What config diff answers about a file; what is different by nature is left out of a saved config show. */
export function againstFile(here: Met, name: string, input: DiffInput, all: boolean): Compared {
  const isLeftOut = (parameter: string): boolean =>
    input.format === 'show' && !all && DIFFERENT_BY_NATURE.has(parameter.toLowerCase());
  const wanted = input.wanted.filter((one) => !isLeftOut(one.name));
  const leftOut = input.wanted.map((one) => one.name).filter(isLeftOut);
  const against = { ...NOTHING_SAID, kind: 'file' as const, name, format: input.format };
  return answer(against, compareWanted(here, wanted), leftOut);
}

/** What config diff answers about another server. */
export function againstCluster(here: Met, name: string, there: There, all: boolean): Compared {
  const known = [...here.configuration.settings.keys(), ...there.configuration.settings.keys()];
  const leftOut = all ? [] : [...DIFFERENT_BY_NATURE].filter((parameter) => known.includes(parameter));
  const { serverVersionNum } = there.server.facts;
  const against = { ...NOTHING_SAID, kind: 'cluster' as const, name, server_version_num: serverVersionNum };
  return answer(against, compareServers(here, there.configuration, new Set(leftOut)), leftOut);
}

/** The settings of a server as a baseline has them. */
export interface KeptSettings {
  readonly name: string;
  readonly serverVersionNum: number;
  readonly settings: Settings;
  /** Whether the role that took it saw every setting. */
  readonly complete: boolean;
  /** Settings whose value it does not tell. */
  readonly untold: readonly UnknownParameter[];
  /** Whether it is of another cluster, which differs by nature. */
  readonly elsewhere: boolean;
}

/** What config diff answers about a baseline. */
export function againstBaseline(here: Met, kept: KeptSettings, all: boolean): Compared {
  const leftOut = kept.elsewhere && !all ? [...DIFFERENT_BY_NATURE] : [];
  const { name, serverVersionNum, untold } = kept;
  const against = { ...NOTHING_SAID, kind: 'baseline' as const, name, server_version_num: serverVersionNum };
  const ignored = new Set([...leftOut, ...untold.map(({ parameter }) => parameter)]);
  const comparison = compareServers(here, kept, ignored);
  return answer(against, { ...comparison, unknown: [...comparison.unknown, ...untold] }, leftOut);
}

/** What config diff answers about a comparison with a server or a DCS. */
export function answer(against: Against, comparison: Comparison, leftOut: readonly string[]): Compared {
  return {
    against,
    differences: [...comparison.differences],
    unknown: [...comparison.unknown],
    invalid: [...comparison.invalid],
    refused: [],
    host: null,
    left_out: [...leftOut],
    compared: comparison.compared,
  };
}
