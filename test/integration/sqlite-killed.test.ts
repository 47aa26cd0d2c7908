import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTables, onSqlite } from '../../lib/sqlite.js';
import { drivers, someFile } from '../fixtures/sqlite.js';

/** A process that counts in a file until it is killed, after so many lines; returns the last count it has printed. */
async function killedWriter(driver: string, file: string, lines: number): Promise<number> {
  const child = spawn(process.execPath, ['test/integration/processes/sqlite-writer.mjs'], {
    env: { DRIVER: driver, STORAGE_URL: path.resolve(file) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exit = once(child, 'exit');
  let seen = 0;
  let count = 0;
  for await (const line of createInterface(child.stdout)) {
    count = Number(line);
    seen += 1;
    if (seen === lines) child.kill('SIGKILL');
  }
  await exit;
  expect(child.signalCode).toBe('SIGKILL');
  return count;
}

describe.each(drivers)('A process with %s', (_title, { name, isMissing, open }) => {
  it.skipIf(isMissing).each(['WAL', 'DELETE'])(
    'F9: that is killed while it writes leaves locks and every count that it returned, no half of a batch, and no locked file (journal mode %s)',
    async (mode) => {
      const file = someFile();
      const connection = open(file);
      connection.exec(`PRAGMA journal_mode = ${mode}`);
      await createTables(connection);
      const counter = onSqlite(connection).limiter({
        keyPrefix: 'killed',
        points: 5,
        duration: 3600,
      });
      for (const lines of [1, 10, 33, 100]) {
        const printed = await killedWriter(name, file, lines);
        const counts = await Promise.all(
          Array.from({ length: 20 }, async (_, index) => {
            const count = await counter.get(`key ${index}`);
            return count?.consumedPoints ?? 0;
          }),
        );
        expect(counts[0]).toBeGreaterThanOrEqual(printed);
        expect(new Set(counts).size).toBe(1);
        expect(await counter.get('locked')).toMatchObject({ consumedPoints: 6 });
        expect(await counter.penalty('locked')).toMatchObject({ consumedPoints: 7 });
        await counter.delete('locked');
      }
      const check = connection.prepare('PRAGMA integrity_check').all();
      expect(check).toMatchObject([{ integrity_check: 'ok' }]);
    },
  );
});
