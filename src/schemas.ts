import {
  clusterAddData,
  clusterCheckData,
  clusterListData,
  clusterRemoveData,
  clusterShowData,
} from './cluster/registrySchema.js';
import type { TObject } from './core/schema.js';
import { doctorSchema } from './inspect/doctor.js';
import { SECTIONS } from './inspect/registry.js';
import { inspectSchema } from './inspect/snapshot.js';
import { schemaData } from './reference/schemaData.js';
import { demoData } from './sandbox/demoData.js';

/**
 * The schema of each command's `data`, by the command's id; `npm run generate` writes them to schemas/. A new command
 * is one more line.
 */
export const DATA_SCHEMAS: Readonly<Record<string, TObject>> = {
  demo: demoData,
  'cluster add': clusterAddData,
  'cluster list': clusterListData,
  'cluster show': clusterShowData,
  'cluster remove': clusterRemoveData,
  'cluster check': clusterCheckData,
  doctor: doctorSchema,
  inspect: inspectSchema(SECTIONS),
  schema: schemaData,
};
