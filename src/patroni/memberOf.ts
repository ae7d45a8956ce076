import type { ConfiguredMember } from './config.js';

/** What a server says of itself that tells it from every other member. */
interface Node {
  /** pg_postmaster_start_time(), ISO 8601. */
  readonly startedAt: string;
  /** null over a socket */
  readonly serverAddr: string | null;
  readonly serverPort: number | null;
}

/**
 * The member that a server is: the one whose postmaster started at the same microsecond, which holds through proxies and
 * for whatever name of a host; else the one that /cluster has at the server's own address. Null where neither is told.
 */
export function memberOf(members: readonly ConfiguredMember[], node: Node): ConfiguredMember | null {
  const started = microseconds(node.startedAt);
  const alike = members.filter(({ own }) => {
    const theirs = own?.postmaster_start_time ?? null;
    return started !== null && theirs !== null && microseconds(theirs) === started;
  });
  if (alike.length === 1) return alike[0] ?? null;
  const there = members.filter(
    ({ listed: { host, port } }) => host === node.serverAddr && port === node.serverPort,
  );
  return node.serverAddr !== null && there.length === 1 ? (there[0] ?? null) : null;
}

/** Comparable text of a moment, to the microsecond; null for a text that is none. */
function microseconds(text: string): string | null {
  const ms = Date.parse(text.replace(' ', 'T'));
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return Number.isNaN(ms) ? null : `${String(ms)}.${fraction.padEnd(6, '0')}`;
}
