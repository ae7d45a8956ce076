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

export declare const validateClustersFile: Validator;
export declare const validateRequest: Validator;
export declare const validateChangeSet: Validator;
export declare const validateJournalHeader: Validator;
export declare const validateJournalEntry: Validator;
export declare const validateLockHolder: Validator;
export declare const validateNodeStatus: Validator;
export declare const validateClusterView: Validator;
export declare const validateHistory: Validator;
export declare const validateDcsConfig: Validator;
export declare const validateSnapshotFile: Validator;
export declare const validateThresholdsFile: Validator;
export declare const validateKnownFile: Validator;
export declare const validateBaseline: Validator;
export declare const validatePseudonymKey: Validator;
export declare const validateBaselineHead: Validator;
export declare const validateBaselineSlim: Validator;
