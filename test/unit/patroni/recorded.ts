import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PgdbaError } from '../../../src/core/errors.js';
import { answerError } from '../../../src/patroni/answerError.js';
import type { HttpAnswer } from '../../../src/patroni/http.js';
import type { ClusterSight } from '../../../src/patroni/look.js';
import { parseAnswer, SHAPES, type Shape } from '../../../src/patroni/parseAnswer.js';
import { clusterStatus } from '../../../src/patroni/status.js';
import type { MemberSql, PatroniStatusData } from '../../../src/patroni/statusData.js';

export const VERSIONS = ['3.0.2', '4.1.4'] as const;
export type Version = (typeof VERSIONS)[number];

/** One exchange with a real node; test/fixtures/patroni/README.md. */
export interface Recorded {
  readonly name: string;
  readonly request: string;
  readonly node: string;
  /** Why no answer came; then there is nothing else. */
  readonly error?: string;
  readonly status?: number;
  readonly content_type?: string;
  readonly body?: unknown;
}

const FOLDER = join(import.meta.dirname, '../../fixtures/patroni');
const PORTS: Readonly<Record<string, number>> = { n1: 18001, n2: 18002, n3: 18003 };

/** Everything that was recorded of a version. */
export function recorded(version: Version): readonly Recorded[] {
  const lines = readFileSync(join(FOLDER, `${version}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Recorded);
}

export function answerOf({ status = 0, content_type = '', body }: Recorded): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, contentType: content_type.split(';')[0] ?? '', text };
}

/** What the client makes of a recorded answer to a GET. */
export function read<T>(exchange: Recorded | undefined, shape: Shape<T>): T | PgdbaError {
  if (exchange === undefined) throw new Error('nothing of that name was recorded');
  if (exchange.error !== undefined) return new PgdbaError('patroni_unreachable', exchange.error);
  const answer = answerOf(exchange);
  return answer.status === 200
    ? parseAnswer(exchange.request, answer, shape)
    : answerError(exchange.request, answer);
}

/** A moment of a recorded cluster: which of its answers are put together. */
interface Moment {
  readonly version: Version;
  /** e.g. `lagging` */
  readonly situation: string;
  /** Whose /cluster; n1 unless said. */
  readonly from?: string;
  /** Number at the end of names, where the endpoints were polled. */
  readonly polled?: number;
}

/** What the REST API showed at that moment; a member whose /patroni was not recorded then did not answer. */
export function sightOf({ version, situation, from = 'n1', polled }: Moment): ClusterSight {
  const all = recorded(version);
  const named = (node: string, endpoint: string): Recorded | undefined => {
    const end = polled === undefined ? '' : `.${String(polled)}`;
    return all.find(({ name }) => name === `${situation}.${node}.${endpoint}${end}`);
  };
  const own = (node: string): ClusterSight['nodes'][number]['own'] => {
    const exchange = named(node, 'patroni');
    if (exchange !== undefined) return read(exchange, SHAPES.status);
    return new PgdbaError('patroni_unreachable', 'not recorded');
  };
  const urlOf = (node: string): string => `http://127.0.0.1:${String(PORTS[node])}/patroni`;
  const view = read(named(from, 'cluster'), SHAPES.cluster);
  if (view instanceof PgdbaError) {
    const nodes = Object.keys(PORTS).map((node) => ({ listed: null, url: urlOf(node), own: own(node) }));
    return { view, history: view, nodes };
  }
  const history = named(from, 'history');
  return {
    view: { url: urlOf(from).replace('/patroni', ''), value: view },
    history: history === undefined ? [] : read(history, SHAPES.history),
    nodes: view.members.map((listed) => ({ listed, url: listed.api_url ?? null, own: own(listed.name) })),
  };
}

/** The answer of `patroni status` for that moment. */
export function statusAt(moment: Moment, sql: Readonly<Record<string, MemberSql>> = {}): PatroniStatusData {
  const sight = sightOf(moment);
  return clusterStatus(
    sight,
    sight.nodes.map(({ listed }) => sql[listed?.name ?? ''] ?? null),
  );
}
