import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Change } from '../../../baseline/diffData.js';
import { reasonOf } from '../reason.js';
import { metricText, settingText, timeText } from '../quantity.js';
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
  return <div class="setting">{settingText(value, unit)}</div>;
}

function whoOf(change: Change): JSX.Element {
  const { by } = change;
  return (
    <>
      {reasonOf(change)}
      {by === null ? (
        <p class="why">not by pgdba, as far as its audit log knows</p>
      ) : (
        <p class="why">
          {`${by.who ?? 'Somebody'}, with pgdba ${by.operation}, ${timeText(by.at)}, changeset `}
          <Name>{by.changeset}</Name>
        </p>
      )}
    </>
  );
}
