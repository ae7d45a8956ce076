// What a set of indexes would make a list of statements cost, by the planner and HypoPG alone: one round trip for each set.

/** A statement with parameters is planned for any value of them. */
const COSTS = `
CREATE FUNCTION pg_temp.costs_of(definitions text[], statements text[]) RETURNS float8[] LANGUAGE plpgsql AS $body$
DECLARE
  definition text;
  statement text;
  marks int;
  plan json;
  costs float8[] := '{}';
BEGIN
  PERFORM hypopg_reset();
  FOREACH definition IN ARRAY definitions LOOP PERFORM hypopg_create_index(definition); END LOOP;
  FOREACH statement IN ARRAY statements LOOP
    SELECT coalesce(max(mark[1]::int), 0) FROM regexp_matches(statement, '\\$(\\d+)', 'g') AS mark INTO marks;
    IF marks = 0 THEN
      EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
    ELSE
      EXECUTE 'PREPARE brute AS ' || statement;
      EXECUTE 'EXPLAIN (FORMAT JSON) EXECUTE brute(' || rtrim(repeat('NULL,', marks), ',') || ')' INTO plan;
      DEALLOCATE brute;
    END IF;
    costs := costs || (plan->0->'Plan'->>'Total Cost')::float8;
  END LOOP;
  RETURN costs;
END $body$`;

/**
 * The judge of one session. `of(definitions, statements)` gives each statement’s cost; `size(definitions)` the bytes that HypoPG
 * reckons for all of them; `plans()` how many plans were made.
 */
export async function costsIn(client) {
  await client.query(COSTS);
  await client.query('SET plan_cache_mode = force_generic_plan');
  let plans = 0;
  return {
    plans: () => plans,
    async of(definitions, statements) {
      plans += statements.length;
      const { rows } = await client.query('SELECT pg_temp.costs_of($1, $2) AS costs', [
        definitions,
        statements,
      ]);
      return rows[0].costs;
    },
    async size(definitions) {
      await client.query('SELECT hypopg_reset()');
      for (const definition of definitions)
        await client.query('SELECT hypopg_create_index($1)', [definition]);
      const { rows } = await client.query(
        'SELECT coalesce(sum(hypopg_relation_size(indexrelid)), 0)::float8 AS size FROM hypopg() AS h',
      );
      await client.query('SELECT hypopg_reset()');
      return rows[0].size;
    },
  };
}

export const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
