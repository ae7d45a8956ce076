import { github } from './github.js';
import { nagios } from './nagios.js';
import type { ReportFormat, ReportInput } from './report.js';
import { sarif } from './sarif.js';

export const REPORT_FORMATS = ['sarif', 'junit', 'nagios', 'prometheus', 'github'] as const;
export type ReportFormatId = (typeof REPORT_FORMATS)[number];

/** Those that a library writes are loaded when they are asked for. */
const LOAD: Readonly<Record<ReportFormatId, () => ReportFormat | Promise<ReportFormat>>> = {
  sarif: () => sarif,
  nagios: () => nagios,
  github: () => github,
  junit: async () => (await import('./junit.js')).junit,
  prometheus: async () => (await import('./prometheus.js')).prometheus,
};

/** The report in that format. */
export async function reportText(id: ReportFormatId, input: ReportInput): Promise<string> {
  const format = await LOAD[id]();
  return format.text(input);
}
