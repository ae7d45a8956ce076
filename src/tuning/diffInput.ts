import { PgdbaError } from '../core/errors.js';
import { parseConfFile, type ConfEntry } from '../core/setting/confFile.js';
import { parseRequest } from './changeset/request.js';

/** A value that a server's own is compared with. */
export interface Wanted {
  readonly name: string;
  /** As PostgreSQL writes it, unit included: 64MB. Null = what a RESET would leave. */
  readonly text: string | null;
  /** Whether it is what a server had in force, and not what somebody wrote for a server to read. */
  readonly wasInForce: boolean;
  /** Why it is compared, for people. */
  readonly rationale: string;
  /** Where it comes from, e.g. `file` or `configuration file`. */
  readonly source: string;
  /** Line of the file; null where lines say nothing. */
  readonly line: number | null;
}

export interface DiffInput {
  readonly format: 'conf' | 'changeset' | 'show';
  readonly wanted: readonly Wanted[];
  /** Lines of the file that were not followed. */
  readonly left: readonly { readonly line: number; readonly message: string }[];
}

/**
 * What a file asks for, whatever it is: lines of a postgresql.conf, a changeset, or what `config show` printed.
 * @throws PgdbaError `invalid_input`, which names the place
 */
export function parseDiffInput(text: string): DiffInput {
  if (!/^\s*[{[]/.test(text)) return confInput(text);
  const settings = shownSettings(parseJson(text));
  if (settings !== undefined) return { format: 'show', wanted: settings.map(wantedOfShown), left: [] };
  const wanted = parseRequest(text).changes.map(({ name, new_value }) => ({
    name,
    text: new_value,
    wasInForce: false,
    rationale: new_value === null ? 'the changeset resets it' : 'the changeset sets it',
    source: 'changeset',
    line: null,
  }));
  return { format: 'changeset', wanted, left: [] };
}

/** Of several lines for one parameter the last counts, as for the server. */
function confInput(text: string): DiffInput {
  const { entries, errors } = parseConfFile(text);
  const [broken] = errors;
  if (broken !== undefined) {
    throw new PgdbaError('invalid_input', `line ${String(broken.line)}: ${broken.message}`, {
      hint: 'The file may hold lines of a postgresql.conf, a changeset, or what config show printed as JSON.',
    });
  }
  const last = new Map<string, ConfEntry>();
  for (const entry of entries) if (entry.kind === 'setting') last.set(entry.name.toLowerCase(), entry);
  return {
    format: 'conf',
    wanted: [...last.values()].map(wantedOfEntry),
    left: entries
      .filter(({ kind }) => kind !== 'setting')
      .map(({ kind, value, line }) => ({
        line,
        message: `line ${String(line)}: ${kind} '${value}' is not followed`,
      })),
  };
}

function wantedOfEntry({ name, value, line }: ConfEntry): Wanted {
  const rationale = `line ${String(line)} of the file sets it`;
  return { name, text: value, wasInForce: false, rationale, source: 'file', line };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PgdbaError('invalid_input', 'the file is not JSON, though it begins like it', { cause: error });
  }
}

type Document = Readonly<Record<string, unknown>>;

/** The `settings` of config show's envelope, or of its data; undefined for another document. */
function shownSettings(document: unknown): readonly unknown[] | undefined {
  const data = isDocument(document) && isDocument(document['data']) ? document['data'] : document;
  const settings = isDocument(data) ? data['settings'] : undefined;
  return Array.isArray(settings) ? (settings as unknown[]) : undefined;
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wantedOfShown(row: unknown, at: number): Wanted {
  const { name, display, source } = isDocument(row) ? row : {};
  if (typeof name !== 'string' || typeof display !== 'string') {
    throw new PgdbaError('invalid_input', `settings[${String(at)}] has no name or no display`, {
      hint: 'Save what config show prints, at least --fields settings.name,settings.display.',
    });
  }
  const from = typeof source === 'string' ? source : 'config show';
  const rationale = `in the saved answer it comes from: ${from}`;
  return { name, text: display, wasInForce: true, rationale, source: from, line: null };
}
