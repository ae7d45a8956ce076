import type { Log, Result } from 'sarif';
import type { Finding } from '../check/checkData.js';
import type { ReportFormat, ReportInput } from './report.js';
import { findingLine, remedyText } from './wording.js';

const LEVELS = { critical: 'error', warning: 'warning', info: 'note' } as const;
const DOCS = 'docs/checks.md';

/**
 * SARIF 2.1.0 (OASIS standard): one run, every rule that was asked, a result for each finding. A database has no files,
 * so that results have logical locations; a known finding is suppressed, and a rule that could not be evaluated is a
 * notification of the tool.
 */
export const sarif: ReportFormat = {
  readBy: 'GitHub code scanning and other readers of SARIF 2.1.0',
  text: (input) => `${JSON.stringify(document(input), null, 2)}\n`,
};

function document({ data, server, version, rules }: ReportInput): Log {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'pgdba',
            semanticVersion: version,
            version,
            rules: rules.map(({ id, title, about, severity, remediation: { text, sql } }) => ({
              id,
              shortDescription: { text: `${title}.` },
              fullDescription: { text: about },
              defaultConfiguration: { level: LEVELS[severity] },
              help: { text: sql === null ? text : `${text}\n${sql}` },
            })),
          },
        },
        automationDetails: { id: `pgdba check/${server}` },
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: data.checked_at,
            toolExecutionNotifications: data.not_evaluated.map(({ rule, message, partly }) => ({
              level: 'note',
              message: { text: `${partly ? 'evaluated in part' : 'not evaluated'}: ${message}` },
              associatedRule: { id: rule },
            })),
          },
        ],
        results: data.findings.map((finding) => result(finding, server)),
      },
    ],
  };
}

function result(finding: Finding, server: string): Result {
  const { id, rule, severity, object, known, evidence } = finding;
  return {
    ruleId: rule,
    level: LEVELS[severity],
    message: { text: `${findingLine(finding)}\n${remedyText(finding)}` },
    locations: [
      {
        // GitHub shows only results with a file: the page that describes the rule stands for it.
        physicalLocation: { artifactLocation: { uri: DOCS }, region: { startLine: 1 } },
        logicalLocations: [
          { name: object.name, kind: object.type, fullyQualifiedName: `${server}/${object.name}` },
        ],
      },
    ],
    partialFingerprints: { 'pgdbaFinding/v1': id },
    properties: { severity, evidence },
    ...(known
      ? { suppressions: [{ kind: 'external', justification: 'in the file of known findings' }] }
      : {}),
  };
}
