import { describe, expect, it } from 'vitest';
import { referenceAnswer } from '../../../src/reference/answer.js';

const sources = {
  commands: ['inspect', 'cluster add', 'cluster list'],
  readDocument: (path: string) => Promise.resolve(path.endsWith('manifest.json') ? [] : { title: path }),
  sections: () => Promise.resolve([]),
  checks: () => Promise.resolve([]),
};

function given(answer: object): string[] {
  return Object.entries(answer)
    .filter(([, value]) => value !== null)
    .map(([key]) => key);
}

describe('what pgdba schema answers', () => {
  it.each([
    ['', ['envelope', 'commands', 'errors', 'exit_codes', 'sections', 'checks']],
    ['envelope', ['schema', 'envelope']],
    ['commands', ['commands']],
    ['errors', ['errors']],
    ['exits', ['exit_codes']],
    ['sections', ['sections']],
    ['checks', ['checks']],
    ['inspect', ['schema']],
    ['cluster add', ['schema']],
  ])('for %j', async (asked, parts) => {
    const answer = await referenceAnswer(asked, sources);
    expect(given(answer)).toEqual(parts);
    expect(Object.keys(answer)).toEqual([
      'schema',
      'envelope',
      'commands',
      'errors',
      'exit_codes',
      'sections',
      'checks',
    ]);
  });

  it('reads a command’s schema from its file', async () => {
    expect((await referenceAnswer('cluster add', sources)).schema).toEqual({
      title: 'schemas/cluster-add.schema.json',
    });
  });

  it.each([
    ['nothing', 'inspect, cluster add'],
    ['cluster', 'cluster add, cluster list'],
    ['../envelope', 'inspect'],
    ['constructor', 'inspect'],
  ])('refuses %j with what there is', async (asked, hint) => {
    await expect(referenceAnswer(asked, sources)).rejects.toMatchObject({
      code: 'unknown_command',
      hint: expect.stringContaining(hint) as string,
    });
  });
});
