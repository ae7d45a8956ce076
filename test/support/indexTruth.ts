import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SuggestData } from '../../src/query/indexSuggest/suggestData.js';
import type { ServerHandle } from './serverHandle.js';
import { statisticsTold } from './statisticsTold.js';

/** A database that lacks indexes, and what a person wrote down of it before any tool was asked. */
export interface IndexTruth {
  /** The workload, without the remarks. */
  readonly workload: string;
  /** Indexes that are missing; each with what is as good. */
  readonly wants: readonly (readonly string[])[];
  /** What must be advised against, as `table(column) reason`. */
  readonly against: readonly string[];
  /** Near misses that must be told, as `table reason`. */
  readonly misses: readonly string[];
}

export type TruthName = 'shop' | 'series' | 'tenants' | 'helpdesk';

function fileOf(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, 'indexTruth', name), 'utf8');
}

/** What stands in a workload's file: remarks are lines that begin with `--`. */
export async function indexTruth(name: TruthName): Promise<IndexTruth> {
  const text = await fileOf(`${name}Workload.sql`);
  const remarks = (kind: string): string[] =>
    [...text.matchAll(new RegExp(`^-- ${kind}: (.*)$`, 'gm'))].map(([, told = '']) => told);
  return {
    workload: text.replaceAll(/^--.*\n/gm, ''),
    wants: remarks('wants').map((one) => one.split(' | ')),
    against: remarks('against'),
    misses: remarks('misses'),
  };
}

/** Fills a database; its sessions find the tables by their bare names. */
export async function plantIndexTruth(server: ServerHandle, dbname: string, name: TruthName): Promise<void> {
  const client = await server.client({ dbname });
  try {
    // VACUUM refuses to run in the transaction that several statements make.
    for (const statement of (await fileOf(`${name}.sql`)).split(/;\s*\n/)) await client.query(statement);
    await client.query(`ALTER DATABASE "${dbname}" SET search_path = app, public`);
  } finally {
    await client.end();
  }
  await statisticsTold(server, dbname);
}

/** What an answer has too much and too little of, beside the truth. */
export function comparedWith(
  { wants, against, misses }: IndexTruth,
  data: SuggestData,
): { found: number; extra: string[]; missed: string[]; untold: string[] } {
  const found = data.suggestions.map(
    ({ schema, table, ddl }) => `${schema}.${table} ${/ USING (.*);$/m.exec(ddl)?.[1] ?? ''}`,
  );
  const told = new Set([
    ...data.anti_recommendations.map(
      ({ table, columns, reason }) => `${table}(${columns.join(', ')}) ${reason}`,
    ),
    ...data.near_misses.map(({ table, reason }) => `${table} ${reason}`),
  ]);
  return {
    found: found.length,
    extra: found.filter((one) => !wants.some((want) => want.includes(one))),
    missed: wants.filter((want) => !want.some((one) => found.includes(one))).map((want) => want.join(' | ')),
    untold: [...against, ...misses].filter((one) => !told.has(one)),
  };
}
