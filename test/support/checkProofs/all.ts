import { ACTIVITY_PROOFS } from './activity.js';
import { AVAILABILITY_PROOFS } from './availability.js';
import type { Proof } from './proof.js';
import { REPLICATION_PROOFS } from './replication.js';
import { SCHEMA_PROOFS } from './schema.js';
import { SECURITY_PROOFS } from './security.js';
import { SETTING_PROOFS } from './settings.js';
import { VACUUM_PROOFS } from './vacuum.js';

/** A proof for every rule; a unit test says which is missing. */
export const PROOFS: readonly Proof[] = [
  ...AVAILABILITY_PROOFS,
  ...SETTING_PROOFS,
  ...VACUUM_PROOFS,
  ...ACTIVITY_PROOFS,
  ...SCHEMA_PROOFS,
  ...REPLICATION_PROOFS,
  ...SECURITY_PROOFS,
];
