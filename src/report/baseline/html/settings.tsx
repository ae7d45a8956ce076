import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Change } from '../../../baseline/diffData.js';
import { metricText, quantity, timeText } from '../quantity.js';
import { Name, None, Section, Table } from './parts.js';

/** Which settings have other values, and who gave them those, where the audit log knows. */
export function Settings({ changes }: { readonly changes: readonly Change[] }): JSX.Element {
  return (
    <Section id="settings" title="Settings changed">
      {changes.length === 0 ? (
        <None>No setting changed.</None>
      ) : (
        <Table
          caption={`Settings (${String(changes.length)})`}
          rows={changes}
          columns={[
            { head: 'Setting', cell: nameOf },
            { head: 'Before', cell: ({ before, unit }) => <SettingValue value={before} unit={unit} /> },
            { head: 'After', cell: ({ after, unit }) => <SettingValue value={after} unit={unit} /> },
            { head: 'By whom', kind: 'wide', cell: whoOf },
          ]}
        />
      )}
    </Section>
  );
}

function nameOf({ object_type, object, database, metric }: Change): JSX.Element {
  const kind = object_type === 'setting' ? '' : `${object_type.replaceAll('_', ' ')} `;
  return (
    <>
      {kind}
      <Name>{object}</Name>
      {database === null ? '' : ` in ${database}`}
      {metric === 'value' ? null : <p class="why">{metricText(metric)}</p>}
    </>
  );
}

interface SettingValueProps {
  readonly value: Change['after'];
  readonly unit: string | null;
}

/** As the server has it, in its own unit. */
function SettingValue({ value, unit }: SettingValueProps): JSX.Element {
  const text =
    typeof value === 'number' && unit !== null ? `${String(value)} ${unit}` : quantity(value, null).text;
  return <div class="setting">{text}</div>;
}

function whoOf({ by, why }: Change): JSX.Element {
  return (
    <>
      {why}
      {by === null ? null : (
        <p class="why">
          {`${by.who ?? 'Somebody'}, with pgdba ${by.operation}, ${timeText(by.at)}, changeset `}
          <Name>{by.changeset}</Name>
        </p>
      )}
    </>
  );
}
