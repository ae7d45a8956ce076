// For the tests, which are TypeScript.
export function readOptions(argv: readonly string[]): Readonly<Record<string, unknown>>;
