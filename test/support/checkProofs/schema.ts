import type { Proof } from './proof.js';

/** Constraints, triggers, indexes, extensions and sequences. */
export const SCHEMA_PROOFS: readonly Proof[] = [
  {
    rule: 'constraint_not_enforced',
    scene: 'planted',
    since: 18,
    sql: [
      'CREATE TABLE public.lax (n int, CONSTRAINT hopes CHECK (n > 0) NOT ENFORCED, CONSTRAINT holds CHECK (n < 9))',
    ],
    finds: { 'constraint:public.lax.hopes': 'info' },
    decoy: 'an enforced one on the same table, and one that is not validated',
  },
  {
    rule: 'constraint_not_validated',
    scene: 'planted',
    sql: [
      'CREATE TABLE public."dot.ted 🐘" (n int, CONSTRAINT valid CHECK (n < 9))',
      'ALTER TABLE public."dot.ted 🐘" ADD CONSTRAINT "not ""valid""" CHECK (n > 0) NOT VALID',
      'CREATE DOMAIN public.positive AS int',
      'ALTER DOMAIN public.positive ADD CONSTRAINT above CHECK (VALUE > 0) NOT VALID',
    ],
    finds: { 'constraint:public."dot.ted 🐘"."not ""valid"""': 'warning' },
    decoy: 'a validated one on the same table, and one of a domain',
  },
  {
    rule: 'trigger_disabled',
    scene: 'planted',
    sql: [
      'CREATE TABLE public.parent (id int PRIMARY KEY)',
      'CREATE TABLE public.child (id int CONSTRAINT kept REFERENCES public.parent)',
      "CREATE FUNCTION public.fired() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      'CREATE TRIGGER "Sleeps" BEFORE INSERT ON public.parent FOR EACH ROW EXECUTE FUNCTION public.fired()',
      'CREATE TRIGGER awake BEFORE INSERT ON public.parent FOR EACH ROW EXECUTE FUNCTION public.fired()',
      'CREATE TRIGGER abroad BEFORE INSERT ON public.parent FOR EACH ROW EXECUTE FUNCTION public.fired()',
      'ALTER TABLE public.parent DISABLE TRIGGER "Sleeps"',
      'ALTER TABLE public.parent ENABLE REPLICA TRIGGER abroad',
      'ALTER TABLE public.child DISABLE TRIGGER ALL',
    ],
    finds: { 'trigger:public.parent."Sleeps"': 'warning', 'trigger:public.child.kept': 'warning' },
    decoy: 'one that fires, and one that fires on replicas only',
  },
  {
    rule: 'index_invalid',
    scene: 'planted',
    sql: [
      'CREATE TABLE public.twice (n int)',
      'INSERT INTO public.twice VALUES (1), (1)',
      'CREATE INDEX twice_valid ON public.twice (n)',
      'CREATE TABLE public.parts (n int) PARTITION BY LIST (n)',
      'CREATE TABLE public.part1 PARTITION OF public.parts FOR VALUES IN (1)',
      'CREATE INDEX parts_n ON ONLY public.parts (n)',
    ],
    finds: { 'index:public.twice_unique': 'warning' },
    decoy: 'a valid index of the same table, and one of a partitioned table that waits for its partitions',
  },
  {
    rule: 'extension_outdated',
    scene: 'planted',
    sql: ["CREATE EXTENSION pgstattuple VERSION '1.4'", 'CREATE EXTENSION pgcrypto'],
    finds: { 'extension:pgstattuple': 'info' },
    decoy: 'pgcrypto as new as its files',
  },
  {
    rule: 'sequence_exhaustion',
    scene: 'planted',
    sql: [
      'CREATE TABLE public."Ids" (near int, last int, wide bigint, lower int)',
      ...[
        ['near', 1_800_000_000],
        ['last', 2_100_000_000],
        ['wide', 2_100_000_000],
        ['lower', 1_500_000_000],
      ].flatMap(([column, at]) => [
        `CREATE SEQUENCE public."seq.${String(column)}" OWNED BY public."Ids".${String(column)}`,
        `SELECT setval('public."seq.${String(column)}"', ${String(at)})`,
      ]),
      'CREATE SEQUENCE public.wheel AS smallint CYCLE',
      "SELECT setval('public.wheel', 32700)",
    ],
    finds: { 'sequence:public."seq.near"': 'warning', 'sequence:public."seq.last"': 'critical' },
    decoy: 'the same value for a bigint column, 0.7 of an integer, and a sequence that cycles',
  },
];
