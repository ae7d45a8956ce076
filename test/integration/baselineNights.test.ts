import { expect, test } from 'vitest';
import { storedNights } from '../support/nights/history.js';
import { NIGHTS } from '../support/nights/script.js';

  test('run', async () => {
    const store = await storedNights('/tmp/trend-nights-home', 18, NIGHTS);
    expect((await store.heads()).heads).toHaveLength(30);
  }, 300_000);
