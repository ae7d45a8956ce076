import type { JSX } from 'hono/jsx/jsx-runtime';
import type { BaselineReport } from '../baselineReport.js';
import { Section, Table } from './parts.js';

/** What the report cannot tell, so that silence is not taken for health. */
export function Appendix({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { unseen, notes, before, after } = report;
  const redacted = after.redacted || before?.redacted === true;
  return (
    <Section id="not-seen" title="Appendix: what was not seen">
      {unseen.length === 0 ? (
        <p>Everything that was asked for was seen, and all of it could be compared.</p>
      ) : (
        <Table
          caption="Not seen, or not comparable"
          rows={unseen}
          columns={[
            { head: 'What', cell: ({ what }) => what },
            { head: 'Why', kind: 'wide', cell: ({ why }) => why },
          ]}
        />
      )}
      {notes.length === 0 ? null : (
        <ul class="plain">
          {notes.map((note) => (
            <li>{note}</li>
          ))}
        </ul>
      )}
      {redacted ? <p>Names are pseudonyms: the baselines were taken with --redact.</p> : null}
    </Section>
  );
}

/** How the numbers are to be read. */
export function HowToRead({ report: { before } }: { readonly report: BaselineReport }): JSX.Element {
  return (
    <Section id="reading" title="Appendix: how to read this report">
      <ul class="plain">
        {(before === null ? READING : [...COMPARING, ...READING]).map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </Section>
  );
}

const COMPARING = [
  'Counters are compared as rates: what they grew by between the two baselines, per second of the server’s clock, against the same over an earlier time. Means since the last reset are never compared.',
  'Where a reset, restart, failover or upgrade lies in between, the numbers that it makes meaningless are empty.',
  'A regression went the worse way, by enough to matter, and is not known to be usual for this cluster.',
  'Unusual means further from the median of at least seven earlier baselines than the cluster usually strays. With fewer the report cannot tell.',
];

const READING = [
  'Sizes are multiples of 1024. Times are UTC. The exact number shows when the pointer rests on a value.',
  '– means that the server did not tell; it is never 0.',
  'Findings, recommendations, locks and what vacuum owes are of the moment of the later baseline.',
  'A date in “at the present rate” is a straight line drawn on; it is no promise.',
];
