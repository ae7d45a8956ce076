/** What a check found wrong. */
interface ValidationError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Whether a document fits its schema; what is wrong with it is in `errors` until the next call. */
interface Validator {
  (document: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}

export declare const validateThresholdsFile: Validator;
