import { closedObject, nullable, oneOf, Type, type TSchema } from '../../core/schema.js';

/** flag: the caller said so; sql: read through the server; local: read on this machine; none: not known. */
const ORIGINS = ['flag', 'sql', 'local', 'none'] as const;
export type Origin = (typeof ORIGINS)[number];

/** Something known about a host, or why it is not. */
export interface Fact<T> {
  /** null when it is not known (`origin` none), and where there is none: a limit that nobody set. */
  readonly value: T | null;
  readonly origin: Origin;
  /** What told it, or why it is not known. */
  readonly detail: string;
}

/** Schema of a {@link Fact}. */
export function factSchema<S extends TSchema>(value: S, description: string) {
  return closedObject(
    {
      value: nullable(value),
      origin: oneOf(
        ORIGINS,
        'flag: the caller said so; sql: read through the server; local: read on this machine, which was proven to be the server’s; none: not known',
      ),
      detail: Type.String({ description: 'what told it, or why it is not known' }),
    },
    description,
  );
}

/** A fact that is not known, with the reason. */
export function notKnown(why: string): Fact<never> {
  return { value: null, origin: 'none', detail: why };
}

/** The first of `facts` that is known; when none is, one that joins their reasons. */
export function firstKnown<T>(facts: readonly Fact<T>[]): Fact<T> {
  const known = facts.find(({ origin }) => origin !== 'none');
  return known ?? notKnown([...new Set(facts.map(({ detail }) => detail))].join('; '));
}
