import type { Proof } from './proof.js';

export const AVAILABILITY_PROOFS: readonly Proof[] = [
  {
    rule: 'checksum_failures',
    scene: 'planted',
    since: 18,
    finds: { 'database:planted': 'critical' },
    decoy:
      'the other databases, of which every page is whole; up to 17 initdb makes no checksums, and it is not evaluated',
  },
  {
    rule: 'checksums_off',
    scene: 'planted',
    until: 17,
    finds: { 'server:data_checksums': 'info' },
    decoy: 'PostgreSQL 18, where initdb turns them on',
  },
  {
    rule: 'collation_version_mismatch',
    scene: 'planted',
    since: 15,
    finds: { 'database:closed': 'warning' },
    decoy: 'another database with ICU, which has the version of the library',
  },
  {
    rule: 'configuration_file_error',
    scene: 'planted',
    finds: { 'setting:work_mem': 'warning' },
    decoy: 'max_connections, which only waits for a restart',
  },
  {
    rule: 'database_invalid',
    scene: 'planted',
    finds: { 'database:half "dropped"': 'warning' },
    decoy: 'database closed, to which nobody may connect',
  },
  {
    rule: 'fsync_off',
    scene: 'planted',
    start: { fsync: 'off' },
    finds: { 'setting:fsync': 'critical' },
    decoy: 'the quiet server, where it is on',
  },
  {
    rule: 'full_page_writes_off',
    scene: 'planted',
    start: { full_page_writes: 'off' },
    finds: { 'setting:full_page_writes': 'critical' },
    decoy: 'the quiet server, where it is on',
  },
  {
    rule: 'recovery_override_on',
    scene: 'planted',
    reload: { zero_damaged_pages: 'on' },
    finds: { 'setting:zero_damaged_pages': 'critical' },
    decoy: 'the other three settings, which are off',
  },
  {
    rule: 'synchronous_commit_off',
    scene: 'planted',
    start: { synchronous_commit: 'off' },
    finds: { 'setting:synchronous_commit': 'warning' },
    decoy: 'the scene switched, where it is on',
  },
  {
    rule: 'version_end_of_life',
    scene: 'planted',
    until: 13,
    finds: { 'server:version': 'info' },
    decoy: 'PostgreSQL 18, and 14 on the day before its last release',
  },
];
