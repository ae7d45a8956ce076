import type { Client } from 'pg';
import type { SessionAttrs } from './libpq/plan.js';
import type { Started } from './startup.js';

/** What target_session_attrs may still ask of one session; `prefer-standby` is two rounds, `standby` and `any`. */
export type RequiredAttrs = Exclude<SessionAttrs, 'prefer-standby'>;

/** The guard that hides what the server's own default is. */
const READ_ONLY_GUARD = 'default_transaction_read_only';

/** Returns the rounds over the host list: prefer-standby takes any host when no standby was found. */
export function rounds(attrs: SessionAttrs): readonly RequiredAttrs[] {
  return attrs === 'prefer-standby' ? ['standby', 'any'] : [attrs];
}

/** Returns whether the session's own read-only guard would be mistaken for the server's default. */
export function needsUnguardedLook(attrs: RequiredAttrs, guards: Readonly<Record<string, string>>): boolean {
  return (attrs === 'read-write' || attrs === 'read-only') && READ_ONLY_GUARD in guards;
}

/**
 * Returns null when the session is what target_session_attrs asks for, else psql's words for why not. Servers from 14
 * on report both facts during start-up; older ones and poolers are asked, as libpq does.
 */
export async function mismatch(attrs: RequiredAttrs, session: Started): Promise<string | null> {
  switch (attrs) {
    case 'any':
      return null;
    case 'primary':
      return (await inRecovery(session)) ? 'server is in hot standby mode' : null;
    case 'standby':
      return (await inRecovery(session)) ? null : 'server is not in hot standby mode';
    case 'read-write':
      return (await readOnly(session)) ? 'session is read-only' : null;
    case 'read-only':
      return (await readOnly(session)) ? null : 'session is not read-only';
  }
}

async function inRecovery({ facts, client }: Started): Promise<boolean> {
  const reported = facts.parameters.get('in_hot_standby');
  return reported === undefined
    ? (await firstValue(client, 'SELECT pg_catalog.pg_is_in_recovery()')) === 't'
    : reported === 'on';
}

async function readOnly({ facts, client }: Started): Promise<boolean> {
  const standby = facts.parameters.get('in_hot_standby');
  const byDefault = facts.parameters.get(READ_ONLY_GUARD);
  if (standby === undefined || byDefault === undefined)
    return (await firstValue(client, 'SHOW transaction_read_only')) === 'on';
  return standby === 'on' || byDefault === 'on';
}

async function firstValue(client: Client, sql: string): Promise<string | null> {
  const { rows } = await client.query<(string | null)[]>({ text: sql, rowMode: 'array' });
  return rows[0]?.[0] ?? null;
}
