import type { Proof } from './proof.js';

/** Lines that every test server has: the machine's own clients are let in. */
const LOCAL_TRUST = {
  'hba_line:local all postgres trust': 'info',
  'hba_line:local replication postgres trust': 'info',
  'hba_line:local all all trust': 'info',
  'hba_line:host all all 127.0.0.1 255.255.255.255 trust': 'info',
} as const;

export const SECURITY_PROOFS: readonly Proof[] = [
  {
    rule: 'bypass_rls',
    scene: 'planted',
    sql: ['CREATE ROLE "by.pass" LOGIN BYPASSRLS', 'CREATE ROLE no_login BYPASSRLS'],
    finds: { 'role:by.pass': 'info' },
    decoy: 'a role that cannot log in, and superusers, for whom policies never hold',
  },
  {
    rule: 'password_encryption_md5',
    scene: 'planted',
    since: 14,
    start: { password_encryption: 'md5' },
    finds: { 'setting:password_encryption': 'warning' },
    decoy: 'up to 13, where it is the default',
  },
  {
    rule: 'role_password_expired',
    scene: 'planted',
    sql: [
      "CREATE ROLE expired LOGIN VALID UNTIL '2020-01-01'",
      "CREATE ROLE lasting LOGIN VALID UNTIL '2999-01-01'",
      "CREATE ROLE forever LOGIN VALID UNTIL 'infinity'",
      "CREATE ROLE expired_group NOLOGIN CREATEDB VALID UNTIL '2020-01-01'",
    ],
    finds: { 'role:expired': 'info' },
    decoy: 'a date to come, infinity, and a group that cannot log in',
  },
  {
    rule: 'ssl_off',
    scene: 'planted',
    finds: { 'setting:ssl': 'warning' },
    decoy: 'the quiet server, which listens on 127.0.0.1 alone',
  },
  {
    rule: 'superuser_by_network',
    scene: 'planted',
    finds: { 'session:$network': 'warning' },
    decoy: 'superusers over the socket and 127.0.0.1',
  },
  {
    rule: 'superusers_many',
    scene: 'planted',
    sql: [
      'CREATE ROLE root2 SUPERUSER LOGIN',
      'CREATE ROLE root3 SUPERUSER LOGIN',
      'CREATE ROLE root4 SUPERUSER',
    ],
    finds: { 'server:superusers': 'info' },
    decoy: 'a fourth that cannot log in, and is not counted',
  },
  {
    rule: 'hba_trust',
    scene: 'planted',
    hba: [
      'local all all trust',
      'host all all 127.0.0.1/32 trust',
      'host all all 10.1.2.0/24 trust',
      'host all all 10.1.3.0/24 scram-sha-256',
      'host all postgres $ip/32 trust',
    ],
    finds: {
      ...LOCAL_TRUST,
      'hba_line:host all all 10.1.2.0 255.255.255.0 trust': 'critical',
      'hba_line:host all postgres $ip 255.255.255.255 trust': 'critical',
    },
    decoy: 'the same for another network with scram-sha-256; the machine’s own lines are info',
  },
  {
    rule: 'hba_plain_password',
    scene: 'planted',
    hba: [
      'host all all 10.1.4.0/24 password',
      'hostssl all all 10.1.5.0/24 password',
      'host all all 127.0.0.2/32 password',
    ],
    finds: { 'hba_line:host all all 10.1.4.0 255.255.255.0 password': 'warning' },
    decoy: 'the same under TLS, and from the machine itself',
  },
  {
    rule: 'hba_error',
    scene: 'planted',
    finds: { 'hba_line:$wrongline': 'critical' },
    decoy:
      'the hostssl line, which cannot match while ssl is off: the server says so and takes it all the same',
  },
  {
    rule: 'password_md5',
    scene: 'planted',
    sql: [
      "CREATE ROLE old_hash LOGIN PASSWORD 'md53175bce1d3201d16594cebf9d7eb3f9d'",
      "SET password_encryption = 'scram-sha-256'",
      "CREATE ROLE new_hash LOGIN PASSWORD 'md5isnot'",
      'RESET password_encryption',
      "CREATE ROLE group_hash NOLOGIN PASSWORD 'md53175bce1d3201d16594cebf9d7eb3f9d'",
    ],
    finds: { 'role:old_hash': 'warning' },
    decoy: 'a SCRAM password that begins with md5, and a role that cannot log in',
  },
  {
    rule: 'schema_writable_by_public',
    scene: 'planted',
    sql: [
      'CREATE SCHEMA "Open ""Door"""',
      'GRANT CREATE, USAGE ON SCHEMA "Open ""Door""" TO PUBLIC',
      'CREATE SCHEMA readable',
      'GRANT USAGE ON SCHEMA readable TO PUBLIC',
      'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    ],
    finds: { 'schema:"Open ""Door"""': 'warning' },
    decoy: 'a schema that everybody may use, and public after a REVOKE',
  },
  {
    rule: 'definer_without_path',
    scene: 'planted',
    sql: [
      "CREATE FUNCTION public.loose(int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
      "CREATE FUNCTION public.fewer() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
      'REVOKE EXECUTE ON FUNCTION public.fewer() FROM PUBLIC',
      "CREATE FUNCTION public.tied() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT 1'",
      "CREATE FUNCTION public.invoker() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
    finds: { 'function:public.loose(integer)': 'warning', 'function:public.fewer()': 'info' },
    decoy: 'one with a search_path of its own, and one that runs as its caller',
  },
];
