import XMLBuilder from 'fast-xml-builder';
import type { Finding } from '../check/checkData.js';
import type { ReportFormat, ReportInput } from './report.js';
import { findingLine, remedyText } from './wording.js';

const ATTRIBUTE = '@';
const TEXT = '#';

/**
 * JUnit's XML as CI servers read it: a test case for each rule; it fails with its findings of warning and worse that are
 * not known, and is skipped when it could not be evaluated.
 */
export const junit: ReportFormat = {
  readBy: 'CI servers (Jenkins, GitLab and others)',
  text: (input) => {
    const builder = new XMLBuilder({
      attributeNamePrefix: ATTRIBUTE,
      textNodeName: TEXT,
      ignoreAttributes: false,
      format: true,
      suppressEmptyNode: true,
    });
    return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(document(input))}`;
  },
};

function document({ data, server, rules }: ReportInput): object {
  const applicable = rules.filter(({ id }) => !data.not_applicable.includes(id));
  const cases = applicable.map(({ id, family }) => ({
    ...attributes({ name: id, classname: `pgdba.${family}`, time: '0' }),
    ...verdict(id, data),
  }));
  const failures = cases.filter((one) => 'failure' in one).length;
  const skipped = cases.filter((one) => 'skipped' in one).length;
  const counts = {
    tests: String(cases.length),
    failures: String(failures),
    errors: '0',
    skipped: String(skipped),
  };
  return {
    testsuites: {
      ...attributes({ name: 'pgdba check', ...counts }),
      testsuite: {
        ...attributes({ name: server, ...counts, timestamp: data.checked_at.slice(0, 19), time: '0' }),
        testcase: cases,
      },
    },
  };
}

function verdict(rule: string, data: ReportInput['data']): object {
  const found = data.findings.filter((finding) => finding.rule === rule);
  const failing = found.filter(({ known, severity }) => !known && severity !== 'info');
  const [worst] = failing;
  const gap = data.not_evaluated.find((one) => one.rule === rule);
  const said = found.filter((finding) => !failing.includes(finding)).map(findingLine);
  const notes = [...said, ...(gap === undefined ? [] : [gap.message])].map(clean);
  const out = notes.length === 0 ? {} : { 'system-out': notes.join('\n') };
  if (worst !== undefined) return { failure: failing.map(failureOf), ...out };
  if (gap !== undefined && !gap.partly) return { skipped: attributes({ message: clean(gap.message) }) };
  return out;
}

function failureOf(finding: Finding): object {
  return {
    ...attributes({ message: clean(findingLine(finding)), type: finding.severity }),
    [TEXT]: clean(remedyText(finding)),
  };
}

/** XML 1.0 knows no control characters, not even escaped; names of tables may hold some. */
function clean(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '�');
}

function attributes(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${ATTRIBUTE}${name}`, clean(value)]),
  );
}
