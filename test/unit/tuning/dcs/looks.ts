import { PgdbaError } from '../../../../src/core/errors.js';
import type { Setting } from '../../../../src/core/setting/spec.js';
import type { NodeStatus } from '../../../../src/patroni/answers.js';
import type { Configuration } from '../../../../src/tuning/configuration.js';
import type { MemberLook, MetMember } from '../../../../src/tuning/dcs/clusterLook.js';
import { configuration, setting, textual } from '../configurations.js';

const PATRONIS = '/data/postgresql.conf';
export const AUTO = '/data/postgresql.auto.conf';

/** A setting that has its value from a file, Patroni's unless said. */
export function inFile(change: Partial<Setting>, sourcefile = PATRONIS): Setting {
  return setting({ source: 'configuration file', sourcefile, ...change });
}

/** [name, value, file, error]; Patroni’s file unless said. */
export type FileLine = readonly [string, string, (string | undefined)?, string?];

interface Choice {
  readonly settings?: readonly Setting[];
  readonly files?: readonly FileLine[] | null;
  readonly complete?: boolean;
}

/** The configuration of a member, whose file Patroni writes. */
export function memberConfiguration({
  settings = [],
  files = [],
  complete = true,
}: Choice = {}): Configuration {
  const own = textual({ name: 'config_file', setting: PATRONIS, source: 'override' });
  const named = files?.map(
    ([name, value, file = PATRONIS, error]) => [name, value, file.replace('/data/', ''), error] as const,
  );
  return configuration({ settings: [own, ...settings], files: named ?? null, complete });
}

export function nodeStatus(change: Partial<NodeStatus> = {}): NodeStatus {
  return {
    ...{ state: 'running', role: 'replica' },
    patroni: { version: '4.1.4', scope: 'demo' },
    ...change,
  };
}

/** A member that answers, or one of whose two sources does not. */
export function memberLook(
  name: string,
  choice: Choice | PgdbaError = {},
  own: MemberLook['own'] = nodeStatus(),
): MemberLook {
  const listed = { name, role: 'replica', state: 'running', host: 'db1', port: 5432 };
  // The rules look at nothing else of what SQL told.
  const met =
    choice instanceof PgdbaError ? choice : ({ configuration: memberConfiguration(choice) } as MetMember);
  return { listed, own, met };
}
