import { jsonText, type PlanFormat, type PlannedSetting } from './format.js';

/** What Patroni sets itself, from its own settings or for its own purposes; a PATCH of them is ignored. */
const PATRONIS_OWN = new Set(['listen_addresses', 'port', 'cluster_name', 'hot_standby']);

/**
 * The body of PATCH /config. Integers without a unit travel as numbers: some releases of 3.0 drop them as strings
 * (patroni/patroni#2735). null takes a key out.
 */
export const patroni: PlanFormat = {
  id: 'patroni',
  how: 'curl -u USER -X PATCH -H "Content-Type: application/json" --data-binary @patroni.json http://NODE:8008/config',
  unfit: ({ name }) =>
    PATRONIS_OWN.has(name) ? 'Patroni sets it itself and ignores it in its configuration' : null,
  render: (planned) => {
    const parameters = Object.fromEntries(planned.map((one) => [one.name, valueFor(one)]));
    return [{ file: 'patroni.json', text: jsonText({ postgresql: { parameters } }) }];
  },
};

function valueFor({ value, spec }: PlannedSetting): string | number | null {
  if (value === null) return null;
  const isPlainInteger = spec.vartype === 'integer' && spec.unit === null && /^-?\d+$/.test(value);
  return isPlainInteger ? Number(value) : value;
}
