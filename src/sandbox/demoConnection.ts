/** A plain connection to the demo's own server; src/db makes it, because this room may not. */
export interface DemoConnection {
  /** Runs SQL, several statements too, and returns the rows of the last one. Rejects with what the server says. */
  execute(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Drops the connection at once, whatever runs on it. */
  close(): void;
}

/** Connects with a connection URI; the connection is closed when `signal` aborts. */
export type OpenDemoConnection = (
  dsn: string,
  applicationName: string,
  signal: AbortSignal,
) => Promise<DemoConnection>;
