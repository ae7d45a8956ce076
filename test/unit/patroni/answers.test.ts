import { describe, expect, it } from 'vitest';
import { PgdbaError } from '../../../src/core/errors.js';
import { answerError, saidBy } from '../../../src/patroni/answerError.js';
import { parseAnswer, SHAPES, type Shape } from '../../../src/patroni/parseAnswer.js';
import { answerOf, read, recorded, VERSIONS, type Recorded } from './recorded.js';

const DOCUMENTS: Readonly<Record<string, Shape<unknown>>> = {
  'GET /patroni': SHAPES.status,
  'GET /cluster': SHAPES.cluster,
  'GET /history': SHAPES.history,
  'GET /config': SHAPES.config,
};

const json = (document: unknown): { contentType: string; text: string } => ({
  contentType: 'application/json',
  text: JSON.stringify(document),
});

describe.each(VERSIONS)('every answer recorded of Patroni %s', (version) => {
  const all = recorded(version);

  it('is there', () => {
    expect(all).toHaveLength({ '3.0.2': 370, '4.1.4': 570 }[version]);
  });

  it.each(Object.entries(DOCUMENTS))('to %s is understood, or is no answer at all', (request, shape) => {
    const asked = all.filter((one) => one.request === request);
    const understood = asked.filter((one) => !(read(one, shape) instanceof PgdbaError));
    const silent = asked.filter(({ error }) => error !== undefined);
    expect(understood.length).toBeGreaterThan(20);
    expect(understood.length + silent.length).toBe(asked.length);
  });

  it('to PATCH /config with 200 is the new configuration', () => {
    const patched = all.filter((one) => one.request === 'PATCH /config' && one.status === 200);
    expect(patched).toHaveLength(12);
    for (const one of patched) expect(read(one, SHAPES.config)).toHaveProperty('loop_wait', 5);
  });

  it('that says no is told with its own words, without tags', () => {
    const refusals = all.filter(({ status, request }) => (status ?? 0) >= 400 && !request.startsWith('GET '));
    expect(refusals.length).toBeGreaterThan(40);
    for (const one of refusals) {
      const said = saidBy(answerOf(one));
      expect(said).toMatch(/^[^<>\n]{5,}$/);
      expect(answerError('X', answerOf(one)).message).toContain(said);
    }
  });
});

/** One exchange of each kind, and what it stands for. */
const REFUSALS: readonly (readonly [name: string, code: string, said: string])[] = [
  ['bad.patch-wrong-password', 'patroni_refused', 'not authenticated'],
  ['bad.patch-no-auth', 'patroni_refused', 'no auth header received'],
  ['bad.patch-array', 'patroni_refused', 'Bad Request.'],
  ['bad.patch-empty-object', 'patroni_refused', 'Bad Request.'],
  ['bad.patch-chunked', 'patroni_refused', 'Length Required.'],
  ['bad.post-unknown-path', 'patroni_answer_unexpected', "Unsupported method ('POST')."],
  ['bad.restart-unknown-key', 'patroni_refused', 'Unknown filter for the scheduled restart: bogus'],
  ['restart-while-restarting.answer', 'patroni_failed', 'restart already in progress'],
  ['schedule-restart-again.answer', 'patroni_conflict', 'Another restart is already scheduled'],
  ['schedule-restart-past.answer', 'patroni_refused', 'Cannot schedule restart in the past'],
];

describe.each(VERSIONS)('what Patroni %s refuses', (version) => {
  it.each(REFUSALS)('%s is %s', (name, code, said) => {
    const exchange = recorded(version).find((one) => one.name === name) as Recorded;
    const error = answerError('PATCH http://n1/config', answerOf(exchange));
    expect(error).toMatchObject({ code, exit: 9, details: { status: exchange.status, said } });
  });
});

describe('an answer', () => {
  const member = { name: 'n1', role: 'leader', state: 'running' };

  it('of a newer version may hold more than is known', () => {
    const view = { members: [{ ...member, mood: { good: true } }], colour: 'blue' };
    expect(parseAnswer('GET x', json(view), SHAPES.cluster)).toEqual(view);
  });

  it.each([
    ['a cluster without members', SHAPES.cluster, {}],
    ['a member without a name', SHAPES.cluster, { members: [{ role: 'leader', state: 'running' }] }],
    ['a port that is text', SHAPES.cluster, { members: [{ ...member, port: '5432' }] }],
    [
      'a node without a version',
      SHAPES.status,
      { state: 'running', role: 'primary', patroni: { scope: 'x' } },
    ],
    ['a list of configurations', SHAPES.config, []],
    ['a history without reasons', SHAPES.history, [[1, 2]]],
  ])('is refused: %s', (_what, shape: Shape<unknown>, document) => {
    expect(() => parseAnswer('GET x', json(document), shape)).toThrow(
      /^GET x: the answer is not one of Patroni’s: /,
    );
  });

  it('that is a web page is quoted without its tags', () => {
    const page = '<html><head><style>p {}</style></head><body><p>Welcome to <b>nginx</b>!</p></body></html>';
    const answer = { contentType: 'text/html', text: page };
    expect(() => parseAnswer('GET x', answer, SHAPES.cluster)).toThrow(
      'GET x: the answer is not JSON: Welcome to nginx !',
    );
  });

  it('shows no secret that a node repeats, and no more than a few lines of it', () => {
    const answer = {
      status: 500,
      contentType: 'text/html',
      text: `postgresql://u:hush@h/d ${'x'.repeat(900)}`,
    };
    const { message } = answerError('POST x', answer);
    expect(message).not.toContain('hush');
    expect(message.length).toBeLessThan(400);
  });
});
