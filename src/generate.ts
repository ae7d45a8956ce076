import { baselineSchema } from './baseline/document.js';
import { headSchema } from './baseline/head.js';
import { pseudonymKeySchema } from './baseline/pseudonyms.js';
import { slimFileSchema } from './baseline/slimFile.js';
import { METRICS } from './baseline/metrics/registry.js';
import { CHECK_RULES } from './check/registry.js';
import { knownFileSchema } from './check/knownFile.js';
import { thresholdsFileSchema } from './check/options.js';
import { snapshotFileSchema } from './check/snapshotFile.js';
import { clustersFileSchema } from './cluster/registrySchema.js';
import { COMMANDS } from './commands.js';
import { dataSchemaOf } from './core/dataSchema.js';
import type { TSchema } from './core/schema.js';
import { SECTIONS } from './inspect/registry.js';
import { describeCommands } from './manifest.js';
import { envelopeSchema } from './output/envelopeSchema.js';
import { clusterViewSchema, dcsConfigSchema, historySchema, nodeStatusSchema } from './patroni/answers.js';
import { commandEntries } from './reference/commandEntries.js';
import {
  checksPage,
  commandIndexPage,
  commandPage,
  errorsPage,
  fileOf,
  rulesPage,
  sectionsPage,
} from './reference/markdown.js';
import { metricsPage } from './reference/metricsPage.js';
import { schemaDocument } from './reference/schemaDocument.js';
import { validatorModules } from './reference/validatorCode.js';
import { DATA_SCHEMAS } from './schemas.js';
import { requestSchema } from './tuning/changeset/requestSchema.js';
import { changeSetSchema } from './tuning/changeset/changeSet.js';
import { journalEntrySchema, journalHeaderSchema } from './tuning/changeset/journalSchema.js';
import { lockHolderSchema } from './tuning/changeset/lockSchema.js';
import { RULES_OF } from './tuning/rules/registry.js';
import { VERSION } from './version.js';

/** Documents that come in at run time, by the name of the function that checks them. */
const INCOMING: Readonly<Record<string, TSchema>> = {
  validateClustersFile: clustersFileSchema,
  validateRequest: requestSchema,
  validateChangeSet: changeSetSchema,
  validateJournalHeader: journalHeaderSchema,
  validateJournalEntry: journalEntrySchema,
  validateLockHolder: lockHolderSchema,
  validateNodeStatus: nodeStatusSchema,
  validateClusterView: clusterViewSchema,
  validateHistory: historySchema,
  validateDcsConfig: dcsConfigSchema,
  validateSnapshotFile: snapshotFileSchema,
  validateThresholdsFile: thresholdsFileSchema,
  validateKnownFile: knownFileSchema,
  validateBaseline: baselineSchema,
  validatePseudonymKey: pseudonymKeySchema,
  validateBaselineHead: headSchema,
  validateBaselineSlim: slimFileSchema,
};

/**
 * Every file that is made from the tables of the code, by its path; scripts/generate.mjs writes them, or tells which
 * of them are out of date.
 */
export async function generatedFiles(): Promise<Record<string, string>> {
  const commands = commandEntries(await describeCommands());
  return {
    ...schemaFiles(),
    'docs/commands/README.md': commandIndexPage(commands),
    ...Object.fromEntries(
      commands.map((command) => [`docs/commands/${fileOf(command.id)}`, commandPage(command)]),
    ),
    'docs/checks.md': checksPage(CHECK_RULES),
    'docs/errors.md': errorsPage(),
    'docs/metrics.md': metricsPage(METRICS),
    'docs/rules.md': rulesPage({ '--rules pgdba': RULES_OF.pgdba, '--rules pgtune': RULES_OF.pgtune }),
    'docs/sections.md': sectionsPage(SECTIONS),
    ...validatorModules(INCOMING, 'src/generated'),
  };
}

function schemaFiles(): Record<string, string> {
  const data = COMMANDS.map(({ id }) => {
    const schema = DATA_SCHEMAS[id];
    if (schema === undefined) throw new Error(`src/schemas.ts has no schema for the data of "${id}"`);
    return schemaFile(dataSchemaOf(id), schema, `data of pgdba ${id}`);
  });
  return Object.fromEntries([
    schemaFile('envelope.schema.json', envelopeSchema, 'envelope of pgdba'),
    ...data,
  ]);
}

function schemaFile(file: string, schema: TSchema, title: string): [string, string] {
  const document = schemaDocument(schema, `urn:pgdba:${VERSION}:${file}`, title);
  return [`schemas/${file}`, `${JSON.stringify(document, null, 2)}\n`];
}
