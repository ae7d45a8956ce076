/** What a fingerprint was made of, best first; see docs/identity.md. */
export const TIERS = ['system_identifier', 'resolved_addr', 'config_addr'] as const;
export type Tier = (typeof TIERS)[number];

/** What manages a server, as far as SQL shows. */
export const MANAGERS = [
  'standalone',
  'patroni',
  'rds',
  'aurora',
  'cloudsql',
  'azure',
  'cnpg',
  'unknown',
] as const;
export type Manager = (typeof MANAGERS)[number];

export const SERVER_ROLES = ['primary', 'standby', 'unknown'] as const;
