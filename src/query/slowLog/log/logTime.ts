const WRITTEN = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{3})?) (\S+)$/;
const OFFSET = /^([+-])(\d\d):?(\d\d)?$/;
const EPOCH = /^\d+\.\d{3}$/;

/**
 * When a message was logged, ISO 8601 UTC; null when its zone is an abbreviation that only the server could explain.
 * In the hour that comes twice a year the earlier one is meant.
 * @param written `2026-01-01 12:00:00.000 CET`, or seconds since the epoch
 * @param timeZone the server's log_timezone, which tells what an abbreviation means
 */
export function logTime(written: string, timeZone: string | null): string | null {
  if (EPOCH.test(written)) return new Date(Number(written) * 1000).toISOString();
  const [, date, time, zone] = WRITTEN.exec(written) ?? [];
  if (date === undefined || time === undefined || zone === undefined) return null;
  const asUtc = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(asUtc)) return null;
  if (/^(?:UTC|GMT|Z)$/.test(zone)) return new Date(asUtc).toISOString();
  const [, sign, hours, minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (hours !== undefined) {
    const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return new Date(asUtc - (sign === '-' ? -offset : offset)).toISOString();
  }
  const format = timeZone === null ? null : wallClock(timeZone);
  if (format === null) return null;
  // The offset of the day before and of the day after: one of them, or both, is that of the moment.
  const candidates = [-86_400_000, 86_400_000].map((by) => asUtc - (format(asUtc + by) - (asUtc + by)));
  const found = candidates.find((moment) => format(moment) === asUtc);
  return found === undefined ? null : new Date(found).toISOString();
}

const clocks = new Map<string, ((moment: number) => number) | null>();

/** What clocks of a zone show at a moment, as if it were UTC; null when Node knows no such zone. */
function wallClock(timeZone: string): ((moment: number) => number) | null {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const made = makeWallClock(timeZone);
  clocks.set(timeZone, made);
  return made;
}

function makeWallClock(timeZone: string): ((moment: number) => number) | null {
  try {
    const format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    return (moment) =>
      Date.parse(`${format.format(moment).replace(' ', 'T')}Z`) + (((moment % 1000) + 1000) % 1000);
  } catch {
    return null;
  }
}
