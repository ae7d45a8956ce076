import { listKind, splitList } from '../../../core/setting/lists.js';
import {
  bootRisk,
  changedOf,
  type Guard,
  type GuardContext,
  type GuardFinding,
  type PlannedChange,
} from './guard.js';

/** Which libraries are loaded when, and what a missing one does. */
interface Preload {
  readonly folder: '' | 'plugins/';
  readonly consequence: string;
}

const PRELOADS: Readonly<Record<string, Preload>> = {
  shared_preload_libraries: { folder: '', consequence: 'the server would not start' },
  session_preload_libraries: { folder: '', consequence: 'nobody could connect any more' },
  local_preload_libraries: { folder: 'plugins/', consequence: 'nobody could connect any more' },
};

/** Whether a change is about libraries that are loaded at start or by every session. */
export function changesLibraries(changes: readonly PlannedChange[]): boolean {
  return changes.some(({ key }) => key in PRELOADS || key === 'dynamic_library_path');
}

function missingLibraries(context: GuardContext): GuardFinding[] {
  return context.changes.flatMap((change) => {
    const preload = Object.hasOwn(PRELOADS, change.key) ? PRELOADS[change.key] : undefined;
    const wanted =
      preload === undefined ? null : librariesOf(context.after.settingOf(change.key), change.key);
    if (preload === undefined || wanted === null) return [];
    const present = librariesOf(change.spec?.setting ?? null, change.key) ?? [];
    return wanted.flatMap((library) => judge(context, { change, preload, library, present }));
  });
}

function librariesOf(setting: string | null, name: string): string[] | null {
  return setting === null ? null : splitList(setting, listKind(name));
}

interface Wanted {
  readonly change: PlannedChange;
  readonly preload: Preload;
  readonly library: string;
  /** Those that are loaded now: they can be found. */
  readonly present: readonly string[];
}

function judge(context: GuardContext, { change, preload, library, present }: Wanted): GuardFinding[] {
  const { name } = change;
  if (present.includes(library) || isInstalled(context, library, preload) === true) return [];
  if (isInstalled(context, library, preload) === false) {
    const message = `the server has no library "${library}": with it in ${name}, ${preload.consequence}`;
    return [bootRisk('refuse', name, message, 'Install the package that brings it first.')];
  }
  const message = `whether the server has a library "${library}" cannot be told; without it, ${preload.consequence}`;
  const hint = 'Where it is known to be installed, --force sets it.';
  return [bootRisk('unless_forced', name, message, hint)];
}

/** Null when it cannot be told: a path, another dynamic_library_path, or a role that may not look. */
function isInstalled(
  { after, surroundings }: GuardContext,
  library: string,
  preload: Preload,
): boolean | null {
  const { libraries } = surroundings;
  const bare = library.replace(/^\$libdir\/(plugins\/)?/, '');
  const isElsewhere = bare.includes('/') || after.settingOf('dynamic_library_path') !== '$libdir';
  if (libraries === null || isElsewhere) return null;
  const folder = library.startsWith('$libdir/plugins/') ? 'plugins/' : preload.folder;
  return ['', '.so', '.dylib', '.dll'].some((suffix) => libraries.has(`${folder}${bare}${suffix}`));
}

/** Libraries named without a path are looked for along it, at the next start. */
function pathOfLibraries(context: GuardContext): GuardFinding[] {
  const { before, after } = context;
  const path = after.settingOf('dynamic_library_path') ?? '';
  if (path === before.settingOf('dynamic_library_path') || path.split(':').includes('$libdir')) return [];
  const loaded = Object.keys(PRELOADS).filter((name) => (after.settingOf(name) ?? '') !== '');
  if (loaded.length === 0) return [];
  const message = `dynamic_library_path would not hold $libdir, where the libraries of ${loaded.join(' and ')} are looked for: the server may not start`;
  return [bootRisk('unless_forced', changedOf(context, ['dynamic_library_path']), message)];
}

/** Libraries that a start or a new session loads. */
export const LIBRARY_GUARDS: readonly Guard[] = [
  {
    id: 'libraries.missing',
    parameters: Object.keys(PRELOADS),
    reference:
      'https://www.postgresql.org/docs/current/runtime-config-client.html#RUNTIME-CONFIG-CLIENT-PRELOAD',
    check: missingLibraries,
  },
  {
    id: 'libraries.path',
    parameters: ['dynamic_library_path'],
    reference: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-DYNAMIC-LIBRARY-PATH',
    check: pathOfLibraries,
  },
];
