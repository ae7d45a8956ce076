import type { Rule } from '../../rule.js';

export const ioTiming: Rule = {
  id: 'statistics.track_io_timing',
  title: 'Block reads and writes are timed',
  parameters: ['track_io_timing'],
  reference: 'https://www.postgresql.org/docs/current/pgtesttiming.html',
  propose: ({ settings }, chosen) => {
    if (chosen.settingOf('track_io_timing') !== 'off') return [];
    return [
      {
        parameter: 'track_io_timing',
        value: 'on',
        confidence: 'medium',
        rationale:
          'Tells in EXPLAIN, pg_stat_database and pg_stat_statements whether time goes to storage. Run pg_test_timing on the host first: where it says more than about 100 ns a call, leave it off.',
        source: 'pgdba',
        evidence: { in_force: settings.get('track_io_timing')?.setting ?? null },
      },
    ];
  },
};
