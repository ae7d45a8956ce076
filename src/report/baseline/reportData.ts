import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';

const REPORT_DOCUMENTS = ['html', 'markdown'] as const;
export type ReportDocument = (typeof REPORT_DOCUMENTS)[number];

const sideSchema = closedObject({
  id: Type.String({ description: 'UUID' }),
  label: nullable(Type.String()),
  collected_at: Type.String({ description: 'when it was taken, by the server’s clock, ISO 8601 UTC' }),
});

/** data of `baseline report`. */
export const baselineReportData = closedObject({
  path: nullable(Type.String({ description: 'file of the report; null without --out' })),
  format: oneOf(REPORT_DOCUMENTS, 'what the report is written in'),
  bytes: Type.Integer({ description: 'of the report' }),
  sha256: Type.String({ description: 'of the report' }),
  text: nullable(Type.String({ description: 'the report itself, where it went to no file' })),
  before: nullable(sideSchema),
  after: sideSchema,
  verdict: Type.String({ description: 'one sentence' }),
  summary: closedObject({
    regressions: Type.Integer({ description: 'as baseline diff counts them; 0 with one baseline' }),
    changes: Type.Integer(),
    events: Type.Integer({ description: 'restarts, resets, failovers, upgrades' }),
    findings_new: nullable(Type.Integer({ description: 'null where it cannot be told' })),
    findings_gone: nullable(Type.Integer()),
    not_seen: Type.Integer({ description: 'lines of the appendix of what was not seen' }),
  }),
});
export type BaselineReportData = Static<typeof baselineReportData>;
