import { describe, expect, it } from 'vitest';
import { countersOf } from '../../../bench/tuning/counters.mjs';

const before = {
  wal_bytes: 1_000,
  wal_fpi: 5,
  requested: 3,
  temp_files: 1,
  temp_bytes: 100,
  hit: 50,
  read: 10,
};
const after = {
  wal_bytes: 21_000,
  wal_fpi: 25,
  requested: 6,
  temp_files: 4,
  temp_bytes: 900,
  hit: 350,
  read: 110,
};

describe('countersOf', () => {
  it('takes what grew during the run, without the checkpoint that ends it', () => {
    expect(countersOf({ before, after, transactions: 10, major: 14 })).toEqual({
      wal_bytes_per_transaction: 2_000,
      full_page_images: 20,
      requested_checkpoints: 2,
      temp_files: 3,
      temp_bytes: 800,
      hit_ratio: 0.75,
      blocks_read: 100,
    });
  });

  it('has written blocks where the server counts them', () => {
    const counters = countersOf({
      before: { ...before, written: 7 },
      after: { ...after, written: 19 },
      transactions: 10,
      major: 18,
    });
    expect(counters).toHaveProperty('blocks_written', 12);
  });
});
