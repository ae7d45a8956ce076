import type { JSX } from 'hono/jsx/jsx-runtime';
import type { BaselineReport } from '../baselineReport.js';
import type { LimitDistance } from '../limits.js';
import { metricText, quantity, timeText } from '../quantity.js';
import { ShareBar } from './charts.js';
import { Name, None, Section, Table, Value } from './parts.js';

const NEAR = 0.75;
const VERY_NEAR = 0.9;

/** How far transaction ids, sequences, connections and whatever else has an end are from it. */
export function Limits({ report: { limits } }: { readonly report: BaselineReport }): JSX.Element {
  return (
    <Section id="limits" title="Distances to limits">
      {limits.length === 0 ? (
        <None>The baseline tells no distance to a limit.</None>
      ) : (
        <Table
          caption="The nearest first"
          rows={limits}
          columns={[
            { head: 'What', cell: (limit) => <What limit={limit} /> },
            { head: 'Used', cell: (limit) => <Used limit={limit} /> },
            {
              head: 'Now',
              kind: 'number',
              cell: ({ value, unit }) => <Value of={value} unit={unit} />,
            },
            {
              head: 'Limit',
              kind: 'number',
              cell: ({ limit, unit }) => <Value of={limit} unit={unit} />,
            },
            { head: 'What happens there', cell: ({ meaning }) => meaning },
            { head: 'At the present rate', cell: etaOf },
          ]}
        />
      )}
    </Section>
  );
}

function What({ limit: { type, object, what } }: { readonly limit: LimitDistance }): JSX.Element {
  return (
    <>
      {type.replaceAll('_', ' ')} {object === type ? null : <Name>{object}</Name>}
      <p class="why">{metricText(what)}</p>
    </>
  );
}

function Used({ limit: { value, limit } }: { readonly limit: LimitDistance }): JSX.Element {
  const share = value / limit;
  const text = quantity(share, 'ratio').text;
  return (
    <>
      <ShareBar
        share={share}
        title={`${text} used`}
        level={share >= VERY_NEAR ? 'bad' : share >= NEAR ? 'warn' : undefined}
      />
      <span class="small">{text}</span>
    </>
  );
}

function etaOf({ at, rateKnown }: LimitDistance): string {
  if (at !== null) return timeText(at);
  return rateKnown ? 'no date' : 'rate not known';
}
