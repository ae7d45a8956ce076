import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/check/checkData.js';
import { reportText } from '../../../src/report/registry.js';
import type { ReportInput } from '../../../src/report/report.js';

const HOSTILE = 'a"b<c>&\'\n\u0007|%::,=[]{}\\é😀';

function finding(more: Partial<Finding> = {}): Finding {
  return {
    id: `sequence_exhaustion:sequence:${HOSTILE}`,
    rule: 'sequence_exhaustion',
    family: 'sequences',
    severity: 'critical',
    title: 'A sequence is nearly used up',
    object: { type: 'sequence', name: HOSTILE },
    evidence: { used_ratio: 0.93132257, last_value: '2000000000', owned_by: null, ram_bytes: 25_769_803_776 },
    threshold: { name: 'critical_ratio', value: 0.9, unit: 'ratio', meaning: 'so much is used' },
    remediation: { text: 'Widen the column.', sql: 'SELECT 1;' },
    known: false,
    ...more,
  };
}

function input(findings: readonly Finding[], more: Partial<ReportInput['data']> = {}): ReportInput {
  const ids = ['sequence_exhaustion', 'fsync_off', 'horizon_old', 'wal_receiver_missing'];
  return {
    server: 'prod',
    version: '0.1.0',
    rules: ids.map((id) => ({
      id,
      family: 'f',
      title: `T ${id}`,
      about: 'A.',
      severity: 'critical' as const,
      remediation: { text: 'Do it.', sql: 'SELECT 2;' },
    })),
    data: {
      checked_at: '2026-01-02T03:04:05.678Z',
      from: null,
      findings: [...findings],
      not_evaluated: [{ rule: 'horizon_old', reason: 'no_privilege', message: 'hidden <&', partly: false }],
      passed: ['fsync_off'],
      not_applicable: ['wal_receiver_missing'],
      summary: {
        worst: null,
        critical: 0,
        warning: 0,
        info: 0,
        known: findings.filter(({ known }) => known).length,
        new: 0,
        passed: 1,
        not_evaluated: 1,
        not_applicable: 1,
      },
      known_file: null,
      ...more,
    },
  };
}

const known = finding({ id: 'fsync_off:setting:fsync', rule: 'fsync_off', known: true, severity: 'warning' });
const note = finding({ id: 'x:role:r', rule: 'fsync_off', severity: 'info' });

describe('SARIF', () => {
  it('has a result for each finding, by the rules that were asked', async () => {
    const log = JSON.parse(await reportText('sarif', input([finding(), known, note]))) as Log;
    const [run] = log.runs;
    expect(log.version).toBe('2.1.0');
    expect(run?.results?.map(({ level }) => level)).toEqual(['error', 'warning', 'note']);
    expect(run?.results?.[0]?.partialFingerprints).toEqual({ 'pgdbaFinding/v1': finding().id });
    expect(run?.results?.map(({ suppressions }) => suppressions?.length ?? 0)).toEqual([0, 1, 0]);
    const rules = run?.tool.driver.rules?.map(({ id }) => id) ?? [];
    for (const result of run?.results ?? []) expect(rules).toContain(result.ruleId);
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toBe(
      'not evaluated: hidden <&',
    );
  });
});

describe('JUnit', () => {
  it('fails the rule with a finding, skips the one that was not evaluated, leaves out what does not apply', async () => {
    const text = await reportText('junit', input([finding(), known, note]));
    expect(SyntaxValidator.validate(text)).toBe(true);
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
    const { testsuites } = parser.parse(text) as {
      testsuites: { testsuite: { testcase: Record<string, unknown>[] } };
    };
    expect(testsuites).toMatchObject({ tests: '3', failures: '1', skipped: '1', errors: '0' });
    const [sequence, fsync, horizon] = testsuites.testsuite.testcase;
    expect(sequence?.['failure']).toMatchObject({ type: 'critical' });
    expect(fsync?.['failure']).toBeUndefined();
    expect(horizon?.['skipped']).toEqual({ message: 'hidden <&' });
    expect(text).not.toContain('\u0007');
  });
});

describe('Nagios', () => {
  const first = async (findings: readonly Finding[], more = {}): Promise<string> =>
    (await reportText('nagios', input(findings, more))).split('\n')[0] ?? '';

  it('says the worst of what is not known, and performance data once', async () => {
    const text = await reportText('nagios', input([finding(), known]));
    expect(text.split('\n')[0]).toBe(
      'PGDBA CRITICAL - prod: 1 critical, 0 warning, 1 known, 1 rules not evaluated | ' +
        'critical=1;;1 warning=0;1 known=1 not_evaluated=1',
    );
    // One line for each finding, whatever is in its name, and no second bar.
    expect(text.trimEnd().split('\n')).toHaveLength(2);
    expect(text.match(/\|/g)).toHaveLength(1);
  });

  it('is OK with known findings and notes, and UNKNOWN when nothing could be evaluated', async () => {
    expect(await first([known, note])).toContain('PGDBA OK');
    expect(await first([finding({ severity: 'warning' })])).toContain('PGDBA WARNING');
    expect(await first([], { passed: [] })).toContain('PGDBA UNKNOWN');
  });

  it('shows twenty findings and counts the rest', async () => {
    const many = Array.from({ length: 25 }, (_, i) => finding({ id: String(i) }));
    expect(await reportText('nagios', input(many))).toContain('\nand 5 more\n');
  });
});

describe('Prometheus', () => {
  it('is the text format, every line of it', async () => {
    const text = await reportText('prometheus', input([finding(), known]));
    const label = String.raw`[a-z_]+="(?:[^"\\\n]|\\["\\n])*"`;
    const line = new RegExp(
      `^(# (HELP|TYPE) .+|pgdba_check_[a-z_]+\\{${label}(,${label})*\\} [0-9.e+]+|)$`,
      'u',
    );
    for (const one of text.split('\n')) expect(one).toMatch(line);
    expect(text).toContain('pgdba_check_findings{server="prod",severity="critical",known="false"} 1');
    expect(text).toContain('pgdba_check_findings{server="prod",severity="info",known="false"} 0');
    expect(text).toContain('pgdba_check_timestamp_seconds{server="prod"} 1767323045.678');
  });
});

describe('GitHub', () => {
  it('is one workflow command for each finding that is not known', async () => {
    const text = await reportText('github', input([finding(), known, note]));
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['::error', '::notice']);
    expect(lines[0]).toContain('%0A');
    expect(lines[0]).toContain('%25::,');
  });
});
