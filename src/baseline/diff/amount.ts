const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A number with its unit, for people: `12.5 MiB`, `3 h`, `41 %`, `1.2 per s`. */
export function amount(value: number, unit: string | null): string {
  if (unit === null) return plain(value);
  return (SHOWN[unit] ?? ((number: number) => `${plain(number)} ${unit.replaceAll('_', ' ')}`))(value);
}

const SHOWN: Readonly<Record<string, (value: number) => string>> = {
  bytes,
  bytes_per_call: (value) => `${bytes(value)} per call`,
  bytes_per_s: (value) => `${bytes(value)} per second`,
  ms: time,
  ms_per_s: (value) => `${plain(value)} ms per second`,
  per_s: (value) =>
    value > 0 && value < 0.01 ? `${plain(value * 86_400)} per day` : `${plain(value)} per second`,
  ratio: (value) => (Math.abs(value) > 2 ? plain(value) : `${plain(value * 100)} %`),
  count: plain,
};

function bytes(value: number): string {
  const power = Math.min(
    BYTE_UNITS.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)),
  );
  return `${plain(value / 1024 ** power)} ${BYTE_UNITS[power] ?? 'B'}`;
}

const TIMES = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

function time(ms: number): string {
  const [size, name] = TIMES.find(([least]) => Math.abs(ms) >= least) ?? [1, 'ms'];
  return `${plain(ms / size)} ${name}`;
}

/** Three significant digits, and all of those before the point. */
function plain(value: number): string {
  const digits = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return digits.toLocaleString('en-US', { maximumFractionDigits: 10 });
}
