// Loaded before pgdba (NODE_OPTIONS=--import) by tests of what a crash or a full disk leaves behind. Counts what pgdba
// does to the files under PGDBA_HOME, and at the operation with the given number kills the process, kills it in the
// middle of a write, or lets this and all later ones fail as on a full disk. PGDBA_TEST_FAULT is `kind:number`.
import fs, { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [kind, at] = (process.env.PGDBA_TEST_FAULT ?? 'none:0').split(':');
const countFile = process.env.PGDBA_TEST_COUNT;
const home = process.env.PGDBA_HOME ?? '';
const original = { open: promises.open, writeFileSync: fs.writeFileSync };

/** Which need room on the disk; removing and renaming do not. */
const NEEDS_ROOM = new Set([
  'open',
  'mkdir',
  'link',
  'write',
  'writev',
  'writeFile',
  'appendFile',
  'sync',
  'datasync',
]);
const WRITES = new Set(['write', 'writeFile', 'appendFile']);

/** Names of the operations so far. */
const done = [];

function isOurs(path) {
  return home !== '' && String(path).startsWith(home);
}

function die() {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing more must happen.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Strikes if it is time; the half of a write that comes first is what `firstHalf` does. */
async function strike(name, path, firstHalf) {
  const count = done.push(name);
  if (kind === 'kill' && count === Number(at)) die();
  if (kind === 'torn' && count === Number(at)) {
    await firstHalf?.();
    die();
  }
  if (kind === 'full' && count >= Number(at) && NEEDS_ROOM.has(name)) {
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${name} '${path}'`), {
      code: 'ENOSPC',
      errno: -28,
      syscall: name,
      path,
    });
  }
}

for (const name of [
  'mkdir',
  'rename',
  'link',
  'rm',
  'rmdir',
  'unlink',
  'writeFile',
  'appendFile',
  'truncate',
]) {
  const real = promises[name];
  promises[name] = async (path, ...rest) => {
    if (isOurs(path)) await strike(name, path);
    return real(path, ...rest);
  };
}

promises.open = async (path, flags = 'r', ...rest) => {
  const changes = isOurs(path) && flags !== 'r';
  if (changes) await strike('open', path);
  const handle = await original.open(path, flags, ...rest);
  return isOurs(path) ? watched(handle, path) : handle;
};

function watched(handle, path) {
  for (const name of ['write', 'writev', 'writeFile', 'appendFile', 'sync', 'datasync', 'truncate']) {
    const real = handle[name].bind(handle);
    handle[name] = async (...args) => {
      await strike(name, path, WRITES.has(name) ? () => real(...half(args)) : undefined);
      return real(...args);
    };
  }
  return handle;
}

/** The arguments of write(buffer, offset, length, position), or of writeFile(text), for half of what is to be written. */
function half([data, offset = 0, length, position]) {
  if (typeof data === 'string') return [data.slice(0, Math.floor(data.length / 2))];
  if (length === undefined) return [data.subarray(0, Math.floor(data.length / 2))];
  return [data, offset, Math.floor(length / 2), position];
}

// proper-lockfile makes and removes its folder through these.
for (const name of ['mkdir', 'rmdir']) {
  const real = fs[name];
  fs[name] = (path, ...rest) => {
    if (!isOurs(path)) return real(path, ...rest);
    return strike(name, path).then(
      () => real(path, ...rest),
      (error) => rest.at(-1)(error),
    );
  };
}

syncBuiltinESMExports();

if (countFile !== undefined) {
  process.on('exit', () => {
    const operations = done.map((name) => ({ name, needsRoom: NEEDS_ROOM.has(name) }));
    original.writeFileSync(countFile, JSON.stringify(operations));
  });
}
