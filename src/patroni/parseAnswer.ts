import { PgdbaError } from '../core/errors.js';
import { validateClusterView } from '../generated/validateClusterView.js';
import { validateDcsConfig } from '../generated/validateDcsConfig.js';
import { validateHistory } from '../generated/validateHistory.js';
import { validateNodeStatus } from '../generated/validateNodeStatus.js';
import { saidBy } from './answerError.js';
import type { ClusterView, DcsConfig, History, NodeStatus } from './answers.js';
import type { HttpAnswer } from './http.js';

/** What a document must look like. */
export interface Shape<T> {
  readonly accepts: (document: unknown) => document is T;
  readonly errors: () =>
    readonly { readonly instancePath: string; readonly message?: string }[] | null | undefined;
}

/** The documents that Patroni answers with. */
export const SHAPES: {
  readonly status: Shape<NodeStatus>;
  readonly cluster: Shape<ClusterView>;
  readonly history: Shape<History>;
  readonly config: Shape<DcsConfig>;
} = {
  status: {
    accepts: (document): document is NodeStatus => validateNodeStatus(document),
    errors: () => validateNodeStatus.errors,
  },
  cluster: {
    accepts: (document): document is ClusterView => validateClusterView(document),
    errors: () => validateClusterView.errors,
  },
  history: {
    accepts: (document): document is History => validateHistory(document),
    errors: () => validateHistory.errors,
  },
  config: {
    accepts: (document): document is DcsConfig => validateDcsConfig(document),
    errors: () => validateDcsConfig.errors,
  },
};

/**
 * The document of an answer, checked.
 * @param request as in `GET http://db1:8008/cluster`
 * @throws PgdbaError `patroni_answer_unexpected`
 */
export function parseAnswer<T>(
  request: string,
  answer: Pick<HttpAnswer, 'contentType' | 'text'>,
  shape: Shape<T>,
): T {
  const document = documentOf(request, answer);
  if (shape.accepts(document)) return document;
  const [first] = shape.errors() ?? [];
  const where = first === undefined || first.instancePath === '' ? 'the document' : first.instancePath;
  throw new PgdbaError(
    'patroni_answer_unexpected',
    `${request}: the answer is not one of Patroni’s: ${where} ${first?.message ?? 'does not fit'}`,
  );
}

function documentOf(request: string, answer: Pick<HttpAnswer, 'contentType' | 'text'>): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    throw new PgdbaError(
      'patroni_answer_unexpected',
      `${request}: the answer is not JSON: ${saidBy(answer)}`,
    );
  }
}
