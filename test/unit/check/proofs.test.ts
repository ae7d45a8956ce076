import { describe, expect, it } from 'vitest';
import { CHECK_RULES } from '../../../src/check/registry.js';
import { FAMILIES, SEVERITIES } from '../../../src/check/rule.js';
import { PROOFS } from '../../support/checkProofs/all.js';
import { MAJORS } from '../../support/majors.js';

describe('the rules', () => {
  it('each have a proof, and each proof a rule', () => {
    expect(PROOFS.map(({ rule }) => rule).sort()).toEqual(CHECK_RULES.map(({ id }) => id).sort());
  });

  it.each(PROOFS)('$rule is proved on every major where it speaks', (proof) => {
    const rule = CHECK_RULES.find(({ id }) => id === proof.rule);
    const { since = 12, until = 18 } = rule ?? {};
    const applies = MAJORS.filter((major) => major >= since && major <= until);
    const proved = MAJORS.filter((major) => major >= (proof.since ?? 12) && major <= (proof.until ?? 18));
    // Initdb makes checksums from 18 on, and the pinned binaries have no pg_checksums; a version ends once.
    const elsewhere = ['checksum_failures', 'checksums_off', 'version_end_of_life'].includes(proof.rule);
    if (!elsewhere) expect(proved).toEqual(applies);
    expect(Object.values(proof.finds).map((severity) => SEVERITIES.indexOf(severity))).not.toContain(
      SEVERITIES.indexOf(rule?.severity ?? 'info') + 1,
    );
    expect(
      Object.keys(proof.thresholds ?? {}).filter((name) => rule?.thresholds[name] === undefined),
    ).toEqual([]);
  });

  it.each(CHECK_RULES)('$id says what it is about and what it rests on', (rule) => {
    expect(rule.id).toMatch(/^[a-z][a-z0-9_]+$/);
    expect(FAMILIES).toContain(rule.family);
    expect(rule.title).not.toMatch(/\.$/);
    expect(rule.source).toMatch(/^(https:\/\/www\.postgresql\.org\/|docs\/)/);
    expect(rule.about.length).toBeGreaterThan(60);
    expect(rule.reads.length + (rule.settings?.length ?? 0) > 0 || rule.id === 'version_end_of_life').toBe(
      true,
    );
  });

  it('have ids that are unique', () => {
    expect(new Set(CHECK_RULES.map(({ id }) => id)).size).toBe(CHECK_RULES.length);
  });
});
