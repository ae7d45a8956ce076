import type { Manager } from '../../core/clusterKinds.js';
import type { PlanFormat } from './format.js';

/** Loads each format when it is asked for. The ChangeSet itself is data.changeset, and needs none. */
const FORMATS: Readonly<Record<string, () => Promise<PlanFormat>>> = {
  'alter-system': async () => (await import('./alterSystem.js')).alterSystem,
  patroni: async () => (await import('./patroni.js')).patroni,
  conf: async () => (await import('./conf.js')).conf,
  rds: async () => (await import('./rds.js')).rds,
  cloudsql: async () => (await import('./cloudsql.js')).cloudsql,
  azure: async () => (await import('./azure.js')).azure,
  cnpg: async () => (await import('./cnpg.js')).cnpg,
  ansible: async () => (await import('./ansible.js')).ansible,
};

/** What --as takes. */
export const PLAN_FORMATS = [
  'changeset',
  'alter-system',
  'patroni',
  'conf',
  'rds',
  'cloudsql',
  'azure',
  'cnpg',
  'ansible',
] as const;
export type PlanFormatId = (typeof PLAN_FORMATS)[number];

/** What takes a plan where nothing else was asked for. */
const BY_MANAGER: Readonly<Record<Manager, PlanFormatId>> = {
  standalone: 'changeset',
  unknown: 'changeset',
  patroni: 'patroni',
  rds: 'rds',
  aurora: 'rds',
  cloudsql: 'cloudsql',
  azure: 'azure',
  cnpg: 'cnpg',
};

/** The format that the manager of a server takes. */
export function formatFor(manager: Manager): PlanFormatId {
  return BY_MANAGER[manager];
}

/** The format of that name; undefined for the ChangeSet itself. */
export function loadFormat(id: PlanFormatId): Promise<PlanFormat> | undefined {
  return FORMATS[id]?.();
}
