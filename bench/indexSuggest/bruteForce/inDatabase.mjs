// A database for an experiment, dropped at its end whatever happens.
import pg from 'pg';

/** Makes, fills and drops it; `work` gets a session and the connection URI. */
export async function inDatabase(server, name, plant, work) {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const dsn = new URL(server);
  dsn.pathname = `/${name}`;
  const within = async (use) => {
    const client = new pg.Client({ connectionString: dsn.href });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  };
  try {
    await within(async (client) => {
      for (const statement of plant) await client.query(statement);
      await client.query('CREATE EXTENSION IF NOT EXISTS hypopg SCHEMA public');
      await client.query(`ALTER DATABASE ${name} SET search_path = app, public`);
    });
    return await within((client) => work(client, dsn.href));
  } finally {
    await admin.query(`DROP DATABASE ${name}`);
    await admin.end();
  }
}
