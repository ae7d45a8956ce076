import { baselineData } from './baseline/baselineData.js';
import { baselineDiffData } from './baseline/diffData.js';
import { baselineListData } from './baseline/listData.js';
import { baselinePruneData } from './baseline/pruneData.js';
import { baselineTrendData } from './baseline/trendData.js';
import { checkData } from './check/checkData.js';
import {
  clusterAddData,
  clusterCheckData,
  clusterListData,
  clusterRemoveData,
  clusterShowData,
} from './cluster/registrySchema.js';
import type { TObject } from './core/schema.js';
import { doctorData } from './doctorData.js';
import { SECTIONS } from './inspect/registry.js';
import { inspectSchema } from './inspect/snapshot.js';
import { patroniConfigData } from './patroni/configData.js';
import { patroniRestartData } from './patroni/restartData.js';
import { patroniStatusData } from './patroni/statusData.js';
import { slowLogData } from './query/slowLog/slowLogData.js';
import { topData } from './query/top/topData.js';
import { queryLocksData } from './query/locks/locksData.js';
import { queryVacuumHealthData } from './query/vacuumHealth/vacuumData.js';
import { analyzeData } from './query/analyze/analyzeData.js';
import { queryBloatData } from './query/bloat/bloatData.js';
import { queryIndexHealthData } from './query/indexHealth/indexHealthData.js';
import { suggestData } from './query/indexSuggest/suggestData.js';
import { schemaData } from './reference/schemaData.js';
import { baselineReportData } from './report/baseline/reportData.js';
import { demoData } from './sandbox/demoData.js';
import { applyData } from './tuning/changeset/applyData.js';
import { confirmData } from './tuning/observe/confirmData.js';
import { configHistoryData } from './tuning/changeset/history.js';
import { configDiffData } from './tuning/diffData.js';
import { configShowData } from './tuning/showData.js';
import { configTuneData } from './tuning/tuneData.js';

/**
 * The schema of each command's `data`, by the command's id; `npm run generate` writes them to schemas/. A new command
 * is one more line.
 */
export const DATA_SCHEMAS: Readonly<Record<string, TObject>> = {
  baseline: baselineData,
  'baseline diff': baselineDiffData,
  'baseline list': baselineListData,
  'baseline prune': baselinePruneData,
  'baseline report': baselineReportData,
  'baseline show': baselineData,
  'baseline trend': baselineTrendData,
  check: checkData,
  demo: demoData,
  'cluster add': clusterAddData,
  'cluster list': clusterListData,
  'cluster show': clusterShowData,
  'cluster remove': clusterRemoveData,
  'cluster check': clusterCheckData,
  'config diff': configDiffData,
  'config show': configShowData,
  'config tune': configTuneData,
  'config apply': applyData,
  'config confirm': confirmData,
  'config rollback': applyData,
  'config history': configHistoryData,
  doctor: doctorData,
  inspect: inspectSchema(SECTIONS),
  'patroni config': patroniConfigData,
  'patroni restart': patroniRestartData,
  'patroni status': patroniStatusData,
  'query slow-log': slowLogData,
  'query top': topData,
  'query locks': queryLocksData,
  'query vacuum-health': queryVacuumHealthData,
  'query analyze': analyzeData,
  'query bloat': queryBloatData,
  'query index-health': queryIndexHealthData,
  'query index-suggest': suggestData,
  schema: schemaData,
};
