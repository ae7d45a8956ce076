import { PgdbaError } from '../core/errors.js';
import { answerError, saidBy } from './answerError.js';
import type { ClusterView, DcsConfig, History, NodeStatus } from './answers.js';
import type { Endpoint } from './endpoint.js';
import type { HttpAnswer } from './http.js';
import { parseAnswer, SHAPES, type Shape } from './parseAnswer.js';
import { asPgdbaError, nobodyAnswered, Transport, type PatroniAccess } from './transport.js';

/** An answer, and the endpoint that gave it. */
export interface Told<T> {
  readonly url: string;
  readonly value: T;
}

/** What became of a PATCH. */
export type PatchOutcome =
  | { readonly outcome: 'changed'; readonly url: string; readonly config: DcsConfig }
  | {
      /** Nothing was written: somebody else was faster. */
      readonly outcome: 'conflict';
      readonly error: PgdbaError;
      /** The configuration as another member has it; null when none could be asked. */
      readonly now: Told<DcsConfig> | null;
    };

/** `not_needed`: nothing waits for a restart, or the conditions asked for are not met. */
export interface RestartOutcome {
  readonly outcome: 'restarted' | 'scheduled' | 'not_needed';
  readonly said: string;
}

/** A GET is tried once more all around after this, when nobody answered and nobody kept us waiting. */
const SECOND_ROUND_AFTER_MS = 300;

/** After a 409 the node that answered shows the refused value for about 1.5 s. */
const STALE_AFTER_CONFLICT_MS = 2000;

/**
 * Patroni's REST API. A request that only reads is sent to one endpoint after the other until one answers; one that
 * changes something goes on to the next only when it certainly was not sent.
 * All methods throw PgdbaError `patroni_unreachable`, `patroni_failed`, `patroni_refused`, `patroni_answer_unexpected`.
 */
export class PatroniClient {
  readonly #transport: Transport;

  constructor(private readonly access: PatroniAccess) {
    this.#transport = new Transport(access);
  }

  /** The URLs that requests are sent to, in their order. */
  get urls(): readonly string[] {
    return this.access.endpoints.map(({ url }) => url);
  }

  /** GET /config. */
  config(): Promise<Told<DcsConfig>> {
    return this.#read('/config', SHAPES.config);
  }

  /** GET /cluster. */
  cluster(): Promise<Told<ClusterView>> {
    return this.#read('/cluster', SHAPES.cluster);
  }

  /** GET /history. */
  history(): Promise<Told<History>> {
    return this.#read('/history', SHAPES.history);
  }

  /** GET /patroni of one node: its api_url, or one of {@link urls}. */
  async status(url: string): Promise<NodeStatus> {
    return this.#readFrom(this.#transport.endpointAt(url), '/patroni', SHAPES.status);
  }

  /**
   * PATCH /config: the parts given are merged into the configuration, null takes a key out.
   * After a conflict (409) what the configuration is now is read from another member: the node that refused shows the
   * refused value for a while. One that is on its way is not abandoned when the run must stop: a node carries it out
   * although nobody listens any more, and whoever takes the change back meanwhile would be overtaken.
   * @param at the one of {@link urls} that is to be asked, and no other; the first that can be reached unless given
   * @throws PgdbaError `patroni_answer_lost` when it was sent and no answer came
   */
  async patchConfig(patch: Readonly<Record<string, unknown>>, at?: string): Promise<PatchOutcome> {
    const { endpoint, answer } = await this.#sendPatch(JSON.stringify(patch), at);
    const request = `PATCH ${endpoint.url}/config`;
    if (answer.status === 200) {
      const config = parseAnswer(request, answer, SHAPES.config);
      return { outcome: 'changed', url: endpoint.url, config };
    }
    const error = answerError(request, answer);
    if (error.code !== 'patroni_conflict') throw error;
    return { outcome: 'conflict', error, now: await this.#configAfterConflict(endpoint) };
  }

  /**
   * POST /restart of one node, which answers when PostgreSQL runs again.
   * @param conditions as Patroni has them, such as {restart_pending: true}
   * @throws PgdbaError `patroni_answer_lost` when it was sent and no answer came
   */
  async restart(
    url: string,
    conditions: Readonly<Record<string, unknown>>,
    timeoutMs: number,
  ): Promise<RestartOutcome> {
    const endpoint = this.#transport.endpointAt(url);
    const body = JSON.stringify(conditions);
    const answer = await this.#transport.send(endpoint, {
      method: 'POST',
      path: '/restart',
      body,
      timeoutMs,
    });
    const said = saidBy(answer);
    if (answer.status === 200) return { outcome: 'restarted', said };
    if (answer.status === 202) return { outcome: 'scheduled', said };
    const isNotNeeded = answer.status === 503 && said === 'restart conditions are not satisfied';
    if (isNotNeeded) return { outcome: 'not_needed', said };
    throw answerError(`POST ${endpoint.url}/restart`, answer);
  }

  /**
   * POST /reload of one node: it reads its own file again. A PATCH does not need it.
   * @returns what the node said
   * @throws PgdbaError `patroni_answer_lost` when it was sent and no answer came
   */
  async reload(url: string): Promise<string> {
    const endpoint = this.#transport.endpointAt(url);
    const answer = await this.#transport.send(endpoint, { method: 'POST', path: '/reload', body: '' });
    if (answer.status === 200 || answer.status === 202) return saidBy(answer);
    throw answerError(`POST ${endpoint.url}/reload`, answer);
  }

  /** Sends it to the first endpoint that a connection can be made to. */
  async #sendPatch(
    body: string,
    at: string | undefined,
  ): Promise<{ readonly endpoint: Endpoint; readonly answer: HttpAnswer }> {
    const failures: PgdbaError[] = [];
    const endpoints = at === undefined ? this.access.endpoints : [this.#transport.endpointAt(at)];
    for (const endpoint of endpoints) {
      const sent = this.#transport.send(endpoint, {
        ...{ method: 'PATCH', path: '/config', body },
        isFinished: true,
      });
      const answer = await sent.catch(asPgdbaError);
      if (!(answer instanceof PgdbaError)) return { endpoint, answer };
      if (answer.code !== 'patroni_unreachable') throw answer;
      failures.push(answer);
    }
    throw nobodyAnswered('/config', failures);
  }

  async #configAfterConflict(refused: Endpoint): Promise<Told<DcsConfig> | null> {
    for (const endpoint of await this.#otherMembers(refused)) {
      const config = await this.#readFrom(endpoint, '/config', SHAPES.config).catch(asPgdbaError);
      if (!(config instanceof PgdbaError)) return { url: endpoint.url, value: config };
    }
    // Nobody else is there: the same node tells the truth after a while.
    await this.access.clock.sleep(STALE_AFTER_CONFLICT_MS, this.access.signal);
    const later = await this.#readFrom(refused, '/config', SHAPES.config).catch(asPgdbaError);
    return later instanceof PgdbaError ? null : { url: refused.url, value: later };
  }

  /** The members of the cluster but this one; the other endpoints when /cluster cannot be had. */
  async #otherMembers(refused: Endpoint): Promise<readonly Endpoint[]> {
    const view = await this.#readFrom(refused, '/cluster', SHAPES.cluster).catch(asPgdbaError);
    const members = view instanceof PgdbaError ? [] : view.members.map(({ api_url }) => api_url ?? '');
    const urls = members.length === 0 ? this.urls : members.filter((url) => url !== '');
    return urls.map((url) => this.#transport.endpointAt(url)).filter(({ url }) => url !== refused.url);
  }

  async #read<T>(path: string, shape: Shape<T>): Promise<Told<T>> {
    const first = await this.#readRound(path, shape);
    if (!(first instanceof Array)) return first;
    if (!first.every(isQuickFailure)) throw nobodyAnswered(path, first);
    await this.access.clock.sleep(SECOND_ROUND_AFTER_MS, this.access.signal);
    const second = await this.#readRound(path, shape);
    if (second instanceof Array) throw nobodyAnswered(path, second);
    return second;
  }

  /** The first answer, or why there was none at each of the endpoints. */
  async #readRound<T>(path: string, shape: Shape<T>): Promise<Told<T> | readonly PgdbaError[]> {
    const failures: PgdbaError[] = [];
    for (const endpoint of this.access.endpoints) {
      try {
        return { url: endpoint.url, value: await this.#readFrom(endpoint, path, shape) };
      } catch (error) {
        failures.push(asPgdbaError(error));
      }
    }
    return failures;
  }

  async #readFrom<T>(endpoint: Endpoint, path: string, shape: Shape<T>): Promise<T> {
    const answer = await this.#transport.send(endpoint, { method: 'GET', path, body: null });
    const request = `GET ${endpoint.url}${path}`;
    if (answer.status === 200) return parseAnswer(request, answer, shape);
    throw answerError(request, answer);
  }
}

function isQuickFailure({ code, details }: PgdbaError): boolean {
  return code === 'patroni_unreachable' && details?.['timed_out'] !== true;
}
