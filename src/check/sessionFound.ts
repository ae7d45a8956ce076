import type { Found } from './rule.js';

interface SessionRow {
  readonly pid: number | null;
  readonly usename: string | null;
  readonly datname: string | null;
  readonly application_name: string | null;
}

/** The session that a finding is about: its pid now, and what it is known by when the application connects again. */
export function sessionFound({
  pid,
  usename,
  datname,
  application_name,
}: SessionRow): Required<Pick<Found, 'object' | 'knownAs'>> {
  const place = `${usename ?? ''}@${datname ?? ''}`;
  const app = application_name ?? '';
  return { object: { type: 'session', name: String(pid) }, knownAs: app === '' ? place : `${place}/${app}` };
}
