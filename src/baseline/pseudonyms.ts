import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { clusterFolder } from '../core/clusterFolder.js';
import { closedObject, oneOf, Type, type Static } from '../core/schema.js';
import { updateState, type StateFormat } from '../core/stateFile.js';
import { validatePseudonymKey } from '../generated/validatePseudonymKey.js';

const VERSION = 'pgdba.pseudonym-key/1' as const;

/** What pseudonyms of a cluster are made with; whoever has it can prove a guess of a name, and nobody else. */
export const pseudonymKeySchema = closedObject({
  schema: oneOf([VERSION]),
  key: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
type PseudonymKey = Static<typeof pseudonymKeySchema>;

const FORMAT: StateFormat<PseudonymKey> = {
  schema: VERSION,
  accepts: (document): document is PseudonymKey => validatePseudonymKey(document),
  errors: () => validatePseudonymKey.errors,
};

/** The same name gives the same pseudonym, for all baselines of a cluster that are taken with the same PGDBA_HOME. */
export type Pseudonym = (name: string) => string;

/**
 * The pseudonyms of a cluster; its key is made when it is first wanted.
 * @throws PgdbaError `state_unusable`, `lock_held`
 */
export async function pseudonymsOf(home: string, fingerprint: string): Promise<Pseudonym> {
  const path = join(clusterFolder(home, fingerprint), 'pseudonyms.json');
  const fresh = (): PseudonymKey => ({ schema: VERSION, key: randomBytes(32).toString('hex') });
  const { key } = await updateState(path, FORMAT, (before) => before ?? fresh());
  return pseudonymsWith(Buffer.from(key, 'hex'));
}

/** 48 bits of HMAC-SHA-256: of 100,000 names two are alike once in fifty thousand clusters. */
export function pseudonymsWith(key: Buffer): Pseudonym {
  const known = new Map<string, string>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const made = `n_${createHmac('sha256', key).update(name, 'utf8').digest('hex').slice(0, 12)}`;
    known.set(name, made);
    return made;
  };
}
