// Fixed queries over pgbench's tables. The first three are also run: they sort, group and join more than fits into the
// work_mem of a new server. Of all of them the plans are compared.

const RUN = {
  sort: /* sql */ `
    SELECT pg_catalog.count(*) AS rises
      FROM (SELECT a.abalance, pg_catalog.lag(a.abalance) OVER (ORDER BY a.bid % 7, a.aid DESC) AS before
              FROM public.pgbench_accounts AS a WHERE a.bid % 5 < 2) AS neighbours
     WHERE neighbours.before < neighbours.abalance`,
  group: /* sql */ `
    SELECT pg_catalog.count(*) AS buckets, pg_catalog.max(b.total) AS most
      FROM (SELECT a.aid % 200000 AS bucket, pg_catalog.sum(a.abalance) AS total
              FROM public.pgbench_accounts AS a GROUP BY a.aid % 200000) AS b`,
  join: /* sql */ `
    SELECT pg_catalog.count(*) AS pairs, pg_catalog.sum(a.abalance - b.abalance) AS difference
      FROM public.pgbench_accounts AS a JOIN public.pgbench_accounts AS b ON b.aid = a.aid + 1
     WHERE b.bid % 4 = 0`,
};

const PLANNED = {
  lookup: /* sql */ `SELECT a.abalance FROM public.pgbench_accounts AS a WHERE a.aid = 4711`,
  range: /* sql */ `
    SELECT pg_catalog.sum(a.abalance) AS total FROM public.pgbench_accounts AS a WHERE a.aid BETWEEN 100000 AND 900000`,
  scattered: /* sql */ `
    SELECT pg_catalog.sum(a.abalance) AS total
      FROM public.pgbench_accounts AS a JOIN pg_catalog.generate_series(1, 100000, 7) AS n ON a.aid = n * 3`,
  branches: /* sql */ `
    SELECT b.bid, pg_catalog.count(*) AS accounts
      FROM public.pgbench_branches AS b JOIN public.pgbench_accounts AS a ON a.bid = b.bid GROUP BY b.bid`,
  newest: /* sql */ `SELECT a.aid FROM public.pgbench_accounts AS a ORDER BY a.bid, a.aid DESC LIMIT 100`,
};

/** The queries that a run executes, as [name, SQL]. */
export const RUN_QUERIES = Object.entries(RUN);

/** The queries whose plans are compared, as [name, SQL]. */
export const PLAN_QUERIES = Object.entries({ ...RUN, ...PLANNED });
