import packageJson from '../package.json' with { type: 'json' };

/** Version of pgdba. */
export const VERSION: string = packageJson.version;
