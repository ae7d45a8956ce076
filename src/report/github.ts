import type { ReportFormat } from './report.js';
import { findingLine, remedyText } from './wording.js';

const COMMANDS = { critical: 'error', warning: 'warning', info: 'notice' } as const;

/** Workflow commands of GitHub Actions: an annotation for each finding that is not known. */
export const github: ReportFormat = {
  readBy: 'GitHub Actions, as annotations',
  text: ({ data }) =>
    data.findings
      .filter(({ known }) => !known)
      .map((finding) => {
        const title = inProperty(`pgdba ${finding.rule}`);
        const message = inMessage(`${findingLine(finding)}\n${remedyText(finding)}`);
        return `::${COMMANDS[finding.severity]} title=${title}::${message}\n`;
      })
      .join(''),
};

/** As the toolkit of GitHub Actions escapes a command's data. */
function inMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function inProperty(text: string): string {
  return inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
