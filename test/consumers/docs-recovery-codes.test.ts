import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import Database from 'libsql';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateRecoveryCodes, type RecoveryCodeOptions } from '../../lib/index.js';
import { startApp } from '../fixtures/app.js';
import { connectPostgres, emptySchema, hasPostgres, sharedPostgres } from '../fixtures/postgres.js';
import { recovering } from '../fixtures/recovering.js';
import { withoutPostgres } from '../left-out/lacking.js';
import { startSamples } from './sample-app.js';
import { compile, folderOf, sampleFiles, surroundings } from './samples.js';

const document = 'docs/recovery-codes.md';

interface SampleStore<TId extends number | string = number> extends RecoveryCodeOptions<TId> {
  replace(userId: TId, hashes: readonly string[]): unknown;
}

/** The compiled sample of that name, in which `edit` may replace what the page says. */
async function sample<TId extends number | string = number>(
  name: string,
  edit = (text: string) => text,
) {
  const text = sampleFiles(document)[name] ?? '';
  const files = { 'users.ts': surroundings['users.ts'], [name]: edit(text) };
  const folder = folderOf(files);
  expect(compile(files, folder)).toBe('');
  const file = path.join(folder, name.replace('.ts', '.js'));
  const { recoveryCodesIn }: { recoveryCodesIn(database: unknown): SampleStore<TId> } =
    await import(pathToFileURL(file).href);
  return { file, recoveryCodesIn };
}

const table = `CREATE TABLE recovery_codes (
  user_id INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (user_id, hash))`;

/** What every store must do. */
async function expectStore<TId extends number | string>(
  store: SampleStore<TId>,
  [one, two, three]: readonly [TId, TId, TId],
): Promise<void> {
  await store.replace(one, ['a', 'b']);
  await store.replace(two, ['c']);
  expect([...(await store.hashes(one))].sort()).toEqual(['a', 'b']);
  expect(await store.hashes(three)).toEqual([]);
  expect(await store.consume(one, 'c')).toBe(false);
  expect(await store.consume(one, 'a')).toBe(true);
  expect(await store.consume(one, 'a')).toBe(false);
  expect(await store.hashes(one)).toEqual(['b']);
  await store.replace(one, ['d']);
  expect(await store.hashes(one)).toEqual(['d']);
  expect(await store.hashes(two)).toEqual(['c']);
}

/** What the page replaces where ids are strings. */
const withStrings = (text: string) => text.replaceAll('number', 'string');

const uuids = [randomUUID(), randomUUID(), randomUUID()] as const;

/** The strategy on a store: fifty logins with one code at the same time. */
async function expectOneLogin(store: SampleStore): Promise<void> {
  const { codes, hashes } = await generateRecoveryCodes();
  await store.replace(1, hashes);
  const app = await startApp({
    strategy: { recoveryCodes: store, limits: { failuresPerUser: 100 } },
  });
  const { recoverAtOnce } = recovering(app);
  const answers = await Promise.all(Array.from({ length: 50 }, () => recoverAtOnce(codes[0])));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await store.hashes(1)).toHaveLength(9);
}

describe('The SQLite store in docs/recovery-codes.md', () => {
  function someFile(): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'recovery-codes-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return path.join(folder, 'app.db');
  }

  function open(file: string): Database.Database {
    const db = new Database(file);
    onTestFinished(() => {
      db.close();
    });
    db.pragma('journal_mode = WAL');
    db.pragma('busy_timeout = 5000');
    return db;
  }

  it('reads, uses up and replaces the codes of each user', async () => {
    const { recoveryCodesIn } = await sample('recovery-codes-sqlite.ts');
    const db = open(':memory:');
    db.exec(table);
    await expectStore(recoveryCodesIn(db), [1, 2, 3]);
  });

  it('takes ids that are strings, with the replacements of the page', async () => {
    const { recoveryCodesIn } = await sample<string>('recovery-codes-sqlite.ts', withStrings);
    const db = open(':memory:');
    db.exec(table.replace('INTEGER', 'TEXT'));
    await expectStore(recoveryCodesIn(db), uuids);
  });

  it('lets one of fifty logins with the same code in', async () => {
    const { recoveryCodesIn } = await sample('recovery-codes-sqlite.ts');
    const db = open(someFile());
    db.exec(table);
    await expectOneLogin(recoveryCodesIn(db));
  });

  it('uses up each code once in four threads with connections of their own', async () => {
    const { file, recoveryCodesIn } = await sample('recovery-codes-sqlite.ts');
    const database = someFile();
    const db = open(database);
    db.exec(table);
    const hashes = Array.from({ length: 200 }, (_, index) => `hash ${index}`);
    recoveryCodesIn(db).replace(1, hashes);
    const program = `
      const { parentPort, workerData: { file, database, hashes } } = require('node:worker_threads');
      const Database = require('libsql');
      import(file).then(({ recoveryCodesIn }) => {
        const db = new Database(database);
        db.pragma('busy_timeout = 5000');
        const store = recoveryCodesIn(db);
        parentPort.postMessage(hashes.filter((hash) => store.consume(1, hash)));
      });`;
    const workerData = { file: pathToFileURL(file).href, database, hashes };
    const used = await Promise.all(
      Array.from({ length: 4 }, () => {
        const worker = new Worker(program, { eval: true, workerData });
        onTestFinished(async () => {
          await worker.terminate();
        });
        return new Promise<string[]>((resolve, reject) => {
          worker.once('message', resolve).once('error', reject);
        });
      }),
    );
    expect(used.flat().sort()).toEqual([...hashes].sort());
  });
});

describe.skipIf(!hasPostgres)(
  `The PostgreSQL store in docs/recovery-codes.md${withoutPostgres}`,
  () => {
    const server = sharedPostgres();

    async function start() {
      const { recoveryCodesIn } = await sample('recovery-codes-postgres.ts');
      const pool = connectPostgres(await emptySchema(server().url));
      await pool.query(table);
      return recoveryCodesIn(pool);
    }

    it('reads, uses up and replaces the codes of each user', async () => {
      await expectStore(await start(), [1, 2, 3]);
    });

    it.each(['UUID', 'TEXT'])(
      'takes ids that are strings, with the replacements of the page: %s',
      async (type) => {
        const { recoveryCodesIn } = await sample<string>('recovery-codes-postgres.ts', withStrings);
        const pool = connectPostgres(await emptySchema(server().url));
        await pool.query(table.replace('INTEGER', type));
        await expectStore(recoveryCodesIn(pool), uuids);
      },
    );

    it('uses up each of twenty codes once, with ten requests for each at the same time', async () => {
      const store = await start();
      const hashes = Array.from({ length: 20 }, (_, index) => `hash ${index}`);
      await store.replace(1, hashes);
      for (const hash of hashes) {
        const used = await Promise.all(Array.from({ length: 10 }, () => store.consume(1, hash)));
        expect(used.filter(Boolean)).toHaveLength(1);
      }
    });

    it('mixes no two sets that are stored at the same time', async () => {
      const store = await start();
      for (let round = 0; round < 10; round += 1) {
        await Promise.all([store.replace(1, ['a', 'b']), store.replace(1, ['c', 'd'])]);
        expect(['a,b', 'c,d']).toContain([...(await store.hashes(1))].sort().join());
      }
    });

    it('leaves the earlier set if the new one cannot be stored', async () => {
      const store = await start();
      await store.replace(1, ['a']);
      await expect(store.replace(1, ['b', 'b'])).rejects.toThrow('duplicate key');
      expect(await store.hashes(1)).toEqual(['a']);
    });

    it('lets one of fifty logins with the same code in', async () => {
      await expectOneLogin(await start());
    });
  },
);

describe('The route for new codes in docs/recovery-codes.md', () => {
  it('shows ten codes after a fresh second factor only, and replaces the earlier ones', async () => {
    const { url, emulator } = await startSamples(document, (ids) => ({
      'jwt-auth.guard.ts': surroundings['jwt-auth.guard.ts'],
      'recovery-codes.ts': surroundings['recovery-codes.ts'],
      'prisma.ts': `
        interface RecoveryCode { userId: number; hash: string }
        let rows: RecoveryCode[] = [];
        const matching = ({ userId, hash }: Partial<RecoveryCode>) => (row: RecoveryCode) =>
          row.userId === userId && (hash === undefined || row.hash === hash);
        export const prisma = {
          recoveryCode: {
            findMany: async ({ where }: { where: Partial<RecoveryCode> }) => rows.filter(matching(where)),
            deleteMany: async ({ where }: { where: Partial<RecoveryCode> }) => {
              const found = rows.filter(matching(where));
              rows = rows.filter((row) => !found.includes(row));
              return { count: found.length };
            },
            createMany: async ({ data }: { data: readonly RecoveryCode[] }) => {
              rows = [...rows, ...data];
              return { count: data.length };
            },
          },
          $transaction: async (
            steps: readonly Promise<unknown>[],
            options?: { isolationLevel: 'Serializable' },
          ) => {
            if (!options) throw new Error('Two sets that are stored at once would both stay');
            return Promise.all(steps);
          },
        };`,
      'routes.ts': `
        import passport from 'passport';
        import { recordSecondFactor } from 'passport-modica-2fa';
        import app from './pages.js';
        import { recoveryCodes } from './recovery-codes-prisma.js';
        import { recoveryCodeRoutes } from './recovery-code-routes.js';
        passport.transformAuthInfo(recordSecondFactor);
        app.use(recoveryCodeRoutes);
        app.post('/password-only', passport.authenticate('local'), (_req, res) => { res.end(); });
        app.get('/hashes', async (_req, res) => { res.json(await recoveryCodes.hashes(${ids.alice})); });
        export default app;`,
    }));
    const password = { username: 'alice', password: 'right' };
    const half = request.agent(url);
    await half.post('/password-only').type('form').send(password).expect(200);
    for (const answer of [
      await half.post('/account/recovery-codes'),
      await half.get('/account/recovery-codes'),
    ]) {
      expect(answer.headers['location']).toBe('/confirm');
    }
    expect((await half.get('/hashes')).body).toEqual([]);

    const alice = request.agent(url);
    await alice.post('/login').type('form').send(password);
    const code = emulator.messages.at(-1)?.code;
    await alice.post('/login/code').type('form').send({ code }).expect(302);
    expect((await alice.get('/account/recovery-codes').expect(200)).text).toContain('<button>');
    const shown = await alice.post('/account/recovery-codes').expect(200);
    expect(shown.headers['cache-control']).toBe('no-store');
    expect(shown.text.match(/(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}/g)).toHaveLength(10);
    const stored = (await alice.get('/hashes')).body;
    expect(stored).toHaveLength(10);
    await alice.post('/account/recovery-codes').expect(200);
    const replaced = (await alice.get('/hashes')).body;
    expect(replaced).toHaveLength(10);
    expect(replaced.filter((hash: string) => stored.includes(hash))).toEqual([]);
  });
});
