import type { ReportFormat, ReportInput } from './report.js';
import { findingLine } from './wording.js';

const MOST_LINES = 20;
const STATES = { critical: 'CRITICAL', warning: 'WARNING' } as const;

/**
 * The output of a plugin, by the guidelines of the Monitoring Plugins project: the state and a summary in the first line,
 * then performance data, then one line for each finding. Known findings and those of severity info do not change the
 * state; nothing found, but not everything seen, is UNKNOWN only when no rule at all could be evaluated.
 */
export const nagios: ReportFormat = {
  readBy: 'Nagios, Icinga and their like',
  text: ({ data, server }) => {
    const { summary } = data;
    const fresh = data.findings.filter(({ known, severity }) => !known && severity !== 'info');
    const critical = fresh.filter(({ severity }) => severity === 'critical').length;
    const counts = `${String(critical)} critical, ${String(fresh.length - critical)} warning, ${String(summary.known)} known`;
    const unseen =
      summary.not_evaluated === 0 ? '' : `, ${String(summary.not_evaluated)} rules not evaluated`;
    const performance = [
      `critical=${String(critical)};;1`,
      `warning=${String(fresh.length - critical)};1`,
      `known=${String(summary.known)}`,
      `not_evaluated=${String(summary.not_evaluated)}`,
    ];
    const lines = fresh
      .slice(0, MOST_LINES)
      .map((finding) => `[${finding.severity}] ${oneLine(findingLine(finding))}`);
    const more = fresh.length - lines.length;
    return `${[
      `PGDBA ${stateOf(data)} - ${oneLine(server)}: ${counts}${unseen} | ${performance.join(' ')}`,
      ...lines,
      ...(more > 0 ? [`and ${String(more)} more`] : []),
    ].join('\n')}\n`;
  },
};

function stateOf({ findings, summary, passed }: ReportInput['data']): string {
  const worst = findings.find(({ known }) => !known)?.severity ?? 'info';
  if (worst !== 'info') return STATES[worst];
  return summary.not_evaluated > 0 && passed.length === 0 ? 'UNKNOWN' : 'OK';
}

/** A bar would begin performance data. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replaceAll('|', '¦');
}
