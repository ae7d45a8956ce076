import { PgdbaError } from '../core/errors.js';
import type { ErrorCode } from '../core/codes.js';
import { maskSecrets } from '../core/mask.js';
import type { HttpAnswer } from './http.js';

/** More of what a node says is not quoted. */
const MOST_CHARS = 300;

/**
 * What a node said, as one line without secrets: the text of an action's answer, or the message of the HTML page with
 * which Python's server tells of errors.
 */
export function saidBy({ contentType, text }: Pick<HttpAnswer, 'contentType' | 'text'>): string {
  const message = /<p>Message: ([^<]*)<\/p>/.exec(text)?.[1];
  const plain = message ?? (contentType === 'text/html' && text.includes('<html') ? withoutTags(text) : text);
  const line = maskSecrets(plain.replace(/\s+/g, ' ').trim());
  return line.length > MOST_CHARS ? `${line.slice(0, MOST_CHARS)}…` : line;
}

function withoutTags(html: string): string {
  return html.replace(/<(style|script)[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
}

interface Verdict {
  readonly from: number;
  readonly to: number;
  readonly code: ErrorCode;
  readonly words: string;
}

/** What a status means that is not the one hoped for; first match wins. */
const VERDICTS: readonly Verdict[] = [
  { from: 401, to: 401, code: 'patroni_refused', words: 'does not accept the user or the password' },
  { from: 403, to: 403, code: 'patroni_refused', words: 'does not let this client do it' },
  { from: 404, to: 404, code: 'patroni_answer_unexpected', words: 'knows no such request' },
  { from: 409, to: 409, code: 'patroni_conflict', words: 'found that somebody else was faster' },
  { from: 400, to: 499, code: 'patroni_refused', words: 'does not accept the request' },
  { from: 501, to: 501, code: 'patroni_answer_unexpected', words: 'knows no such request' },
  { from: 500, to: 599, code: 'patroni_failed', words: 'cannot do it now' },
];

/**
 * The error that an answer stands for.
 * @param request as in `PATCH http://db1:8008/config`, without credentials
 */
export function answerError(request: string, answer: HttpAnswer): PgdbaError {
  const { status } = answer;
  const verdict = VERDICTS.find(({ from, to }) => status >= from && status <= to);
  const said = saidBy(answer);
  const quoted = said === '' ? '' : `: ${said}`;
  return new PgdbaError(
    verdict?.code ?? 'patroni_answer_unexpected',
    `${request}: the node ${verdict?.words ?? 'gave an answer that Patroni never gives'} (${String(status)}${quoted})`,
    { details: { status, said } },
  );
}
