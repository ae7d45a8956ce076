import type { FactQuestions } from './cluster/serverFacts.js';
import { PgdbaError } from './core/errors.js';
import { readInput } from './inputFile.js';
import { isSeen } from './patroni/dcsSight.js';
import { memberOf } from './patroni/memberOf.js';
import type { AgainstCluster } from './flags.js';
import { Reach, type ReachFlags } from './reach.js';
import type { Run } from './run.js';
import { meetConfigured } from './tuning/configuration.js';
import {
  againstCluster,
  againstFile,
  againstRecommendations,
  type Compared,
  type Met,
} from './tuning/diffAnswer.js';
import { parseDiffInput } from './tuning/diffInput.js';
import { againstDcs, againstMember, againstMembers } from './tuning/diffPatroni.js';
import { recommendForServer, TUNE_QUESTIONS } from './tuning/tune.js';
import { wishOf } from './tuning/tuneWish.js';

/** What a server's settings are compared with, ready to be compared. */
export interface ConfigComparison {
  /** What the look at the server must ask for; undefined for nothing, and then statistics need not be shared. */
  readonly questions?: FactQuestions;
  readonly compare: (here: Met) => Promise<Compared>;
}

/** The flags of config diff, as parsed. */
interface ComparisonFlags extends ReachFlags, Readonly<Parameters<typeof wishOf>[0]> {
  readonly file?: string | undefined;
  readonly other?: string | undefined;
  readonly 'other-dsn'?: string | undefined;
  readonly against?: AgainstCluster | undefined;
  readonly 'against-baseline'?: string | undefined;
  readonly all: boolean;
}

/**
 * What the flags of config diff ask to compare with. A file is read here, before any server is reached.
 * @throws PgdbaError `usage` for flags that would be ignored; `invalid_input`
 */
export async function comparisonOf(flags: ComparisonFlags, run: Run): Promise<ConfigComparison> {
  if (flags.file !== undefined) return withFile(flags.file, flags.all, run);
  if (flags.other !== undefined || flags['other-dsn'] !== undefined) return withServer(flags, run);
  if (flags['against-baseline'] !== undefined) {
    const { comparisonWithBaseline } = await import('./configBaseline.js');
    return comparisonWithBaseline(run, flags['against-baseline'], flags.all);
  }
  if (flags.against !== undefined) return withPatroni(flags.against, flags.all);
  refuseAll(flags.all);
  const wish = wishOf(flags);
  return {
    questions: TUNE_QUESTIONS,
    compare: async (here) => {
      const tuning = await recommendForServer(here.server, here.configuration, wish, run.clock, here.dcs);
      for (const { code, message, ...more } of tuning.warnings) run.warn(code, message, more);
      return againstRecommendations(here, wish, tuning);
    },
  };
}

async function withFile(file: string, all: boolean, run: Run): Promise<ConfigComparison> {
  const input = parseDiffInput(await readInput(file, process.stdin));
  if (input.format !== 'show') refuseAll(all);
  for (const { message, line } of input.left) {
    run.warn('include_not_followed', message, {
      hint: 'Compare the file that it names by itself.',
      subject: `line ${String(line)}`,
    });
  }
  return { compare: (here) => Promise.resolve(againstFile(here, file, input, all)) };
}

function withServer(flags: ComparisonFlags, run: Run): ConfigComparison {
  const { other: name, 'other-dsn': dsn, all } = flags;
  const reach = new Reach(run, { ...flags, name, dsn, dbname: undefined }, 'fail');
  return {
    compare: async (here) => {
      const session = await reach.openSession({ purpose: 'settings' });
      const { host, port } = session.connection.endpoint;
      const shown = name ?? `${host}:${String(port)}`;
      const there = await meetConfigured(session);
      await reach.compareFingerprint(await there.server.identity);
      await session.close();
      if (!there.configuration.complete) {
        run.warn('settings_hidden', `some settings of ${shown} are hidden from the role there`, {
          hint: 'GRANT pg_read_all_settings TO the role.',
          subject: shown,
        });
      }
      return againstCluster(here, shown, there, all);
    },
  };
}

function withPatroni(against: AgainstCluster, all: boolean): ConfigComparison {
  if (against.kind === 'dcs') refuseAll(all);
  return {
    compare: (here) => Promise.resolve(comparedWithCluster(here, against, all)),
  };
}

/** @throws PgdbaError `patroni_url_missing`, or why the DCS was not seen; as {@link againstMember} */
function comparedWithCluster(here: Met, against: AgainstCluster, all: boolean): Compared {
  const { dcs } = here;
  if (!isSeen(dcs)) {
    const missing = 'no URL of Patroni’s REST API is given or registered';
    throw dcs ?? new PgdbaError('patroni_url_missing', missing);
  }
  const own = memberOf(dcs.members, here.server.facts)?.listed.name ?? null;
  if (against.kind === 'dcs') return againstDcs(here, dcs);
  return against.kind === 'member'
    ? againstMember(here, own, against.name, dcs, all)
    : againstMembers(here, own, dcs, all);
}

/** @throws PgdbaError `usage` */
function refuseAll(all: boolean): void {
  if (!all) return;
  throw new PgdbaError('usage', '--all is for other servers, or what config show printed of one', {
    hint: 'Everything else is compared as a whole anyway.',
  });
}
