import { Gauge, Registry } from 'prom-client';
import type { ReportFormat, ReportInput } from './report.js';

/**
 * Prometheus’ text format, for the textfile collector of node_exporter. The severity counts are always there, so that
 * an alert can tell nothing found from nothing run.
 */
export const prometheus: ReportFormat = {
  readBy: 'Prometheus, by the textfile collector of node_exporter',
  text: ({ data, server }) => {
    const registry = new Registry();
    const gauge = (name: string, help: string, labelNames: string[]): Gauge =>
      new Gauge({
        name: `pgdba_check_${name}`,
        help,
        labelNames: ['server', ...labelNames],
        registers: [registry],
      });
    const findings = gauge('findings', 'Findings, by severity and whether they are known', [
      'severity',
      'known',
    ]);
    for (const severity of ['critical', 'warning', 'info'] as const) {
      for (const known of [false, true]) {
        const count = data.findings.filter((one) => one.severity === severity && one.known === known).length;
        findings.set({ server, severity, known: String(known) }, count);
      }
    }
    tellEach(
      data,
      server,
      gauge('finding', 'One for each finding', ['rule', 'severity', 'type', 'object', 'known']),
    );
    const rules = gauge('rules', 'Rules, by what became of them', ['outcome']);
    const { passed, not_evaluated, not_applicable } = data.summary;
    for (const [outcome, count] of Object.entries({ passed, not_evaluated, not_applicable })) {
      rules.set({ server, outcome }, count);
    }
    const when = gauge('timestamp_seconds', 'When the snapshot was taken, by the server’s clock', []);
    when.set({ server }, Date.parse(data.checked_at) / 1000);
    return registry.metrics();
  },
};

function tellEach({ findings }: ReportInput['data'], server: string, gauge: Gauge): void {
  for (const { rule, severity, object, known } of findings) {
    const labels = { server, rule, severity, type: object.type, object: object.name, known: String(known) };
    gauge.set(labels, 1);
  }
}
