import type { PgdbaError } from '../../../src/core/errors.js';
import type { Setting } from '../../../src/core/setting/spec.js';
import type { NodeStatus } from '../../../src/patroni/answers.js';
import type { ConfiguredMember } from '../../../src/patroni/config.js';
import type { DcsSight } from '../../../src/patroni/dcsSight.js';
import type { Configuration } from '../../../src/tuning/configuration.js';
import { configuration, setting, textual } from '../tuning/configurations.js';

/** The file that Patroni writes, and which the server reads first. */
const PATRONIS = '/data/postgresql.conf';

interface Given {
  readonly settings?: readonly Setting[];
  /** [name, value, file] in the order of the server, as in configurations.ts; null where the role may not see them. */
  readonly files?: Exclude<NonNullable<Parameters<typeof configuration>[0]>['files'], undefined>;
  readonly complete?: boolean;
}

/** The configuration of a member of a Patroni cluster. */
export function onMember({ settings = [], files = [], complete = true }: Given = {}): Configuration {
  const file = textual({ name: 'config_file', setting: PATRONIS, source: 'override' });
  const version = setting({ name: 'server_version_num', setting: '150018', unit: null, context: 'internal' });
  return configuration({ settings: [file, version, ...settings], files, complete });
}

/** A setting that a configuration file of the member gives. */
export function inFile(file: string, change: Partial<Setting> = {}): Setting {
  return setting({ source: 'configuration file', sourcefile: `/data/${file}`, ...change });
}

interface Who {
  readonly role?: string;
  readonly host?: string;
  readonly startedAt?: string;
}

/** A member, as a look at the cluster shows it. */
export function member(
  name: string,
  seen: Configuration | PgdbaError | null,
  { role = 'replica', host = name, startedAt }: Who = {},
): ConfiguredMember {
  const own: NodeStatus = {
    ...{ state: 'running', role, patroni: { version: '3.0.2', scope: 'demo' } },
    ...(startedAt === undefined ? {} : { postmaster_start_time: startedAt }),
  };
  return { listed: { name, role, state: 'running', host, port: 5432 }, own, configuration: seen };
}

/** A look at a cluster whose DCS has these parameters. */
export function sightWith(
  parameters: Readonly<Record<string, unknown>>,
  members: readonly ConfiguredMember[] = [],
  more: Readonly<Record<string, unknown>> = {},
): DcsSight {
  return {
    told: { url: 'http://db1:8008', value: { ttl: 30, ...more, postgresql: { parameters } } },
    view: { members: members.map(({ listed }) => listed) },
    members,
  };
}
