// The application's statements: templates by Zipf's law, numbers of their own for each, the same for the same seed.
import { createHash } from 'node:crypto';
import { TEMPLATES } from './templates.mjs';

/** How fast the frequency of templates falls. */
const ZIPF = 0.9;
/** Rows of the large tables, at scale 1. */
const TABLES = {
  accounts: 30_000,
  addresses: 60_000,
  drivers: 2_000,
  routes: 40_000,
  shipments: 200_000,
  stops: 200_000,
  invoices: 60_000,
  tokens: 40_000,
  logged: 150_000,
};

const md5 = (text) => createHash('md5').update(text).digest('hex');

/** Rows of each large table at a scale, also as courier/schema.sql names them. */
export function courierRows(scale) {
  return Object.fromEntries(Object.entries(TABLES).map(([table, rows]) => [table, Math.floor(rows * scale)]));
}

/** Numbers from 0 to 1 in an order that the seed decides: xorshift32 of Marsaglia, “Xorshift RNGs”, 2003. */
function numbers(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** @returns `count` statements, each with the name of its template; every template at least once */
export function courierWorkload(count, { scale, seed }) {
  const next = numbers(seed);
  const names = Object.keys(TEMPLATES);
  const weights = names.map((_, at) => 1 / (at + 1) ** ZIPF);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const picked = () => {
    let left = next() * all;
    return names.find((_, at) => (left -= weights[at]) < 0) ?? names.at(-1);
  };
  const draw = (low, high) => low + Math.floor(next() * (high - low + 1));
  const often = (high) => 1 + Math.floor((high - 1) * next() ** 2);
  const sizes = courierRows(scale);
  return Array.from({ length: count }, (_, n) => {
    const name = n < names.length ? names[n] : picked();
    return { name, sql: TEMPLATES[name]({ draw, often, md5, n, ...sizes }) };
  });
}
