import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';

describe('the system clock', () => {
  it('never runs backwards', () => {
    const first = systemClock.monotonicMs();
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first);
  });

  it('sleeps as long as asked', async () => {
    const started = systemClock.monotonicMs();
    await systemClock.sleep(30);
    expect(systemClock.monotonicMs() - started).toBeGreaterThanOrEqual(28);
  });

  it('wakes when the signal is aborted', async () => {
    const controller = new AbortController();
    const slept = systemClock.sleep(60_000, controller.signal);
    controller.abort();
    await slept;
  });

  it('does not fall asleep when the signal was aborted before', async () => {
    await systemClock.sleep(60_000, AbortSignal.abort());
  });
});
