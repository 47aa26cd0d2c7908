import FakeTimers from '@sinonjs/fake-timers';
import { describe, expect, it } from 'vitest';
import { Batches } from '../../../../lib/storage/sql/batches.js';
import type { Operation, Row } from '../../../../lib/storage/sql/operation.js';

const read = (key: string): Operation => ({ kind: 'read', key });

const rowOf = (key: string): Row => ({ storage_key: key, value: key, points: null, time_left: 1 });

/** Batches, and the keys of each statement. */
function someBatches() {
  const statements: string[][] = [];
  const batches = new Batches(async (operations) => {
    const keys = operations.map(({ key }) => key);
    statements.push(keys);
    return new Map(keys.map((key) => [key, rowOf(key)]));
  });
  return { statements, batches };
}

describe('Operations on a database', () => {
  it('that are asked in one turn are one statement, and each gets its own row', async () => {
    const { batches, statements } = someBatches();
    const rows = await Promise.all(['a', 'b', 'c'].map((key) => batches.ask(read(key))));
    expect(rows).toEqual([rowOf('a'), rowOf('b'), rowOf('c')]);
    expect(statements).toEqual([['a', 'b', 'c']]);
  });

  it('that are asked behind promises which have settled are in the same statement', async () => {
    const { batches, statements } = someBatches();
    const behind = async (promises: number, key: string) => {
      for (let settled = 0; settled < promises; settled += 1) await undefined;
      return batches.ask(read(key));
    };
    await Promise.resolve();
    await Promise.all([behind(0, 'a'), behind(3, 'b'), behind(20, 'c')]);
    expect(statements).toEqual([['a', 'b', 'c']]);
  });

  it('that are asked one after the other are a statement each', async () => {
    const { batches, statements } = someBatches();
    await batches.ask(read('a'));
    await batches.ask(read('a'));
    expect(statements).toEqual([['a'], ['a']]);
  });

  it('on one row are never in one statement, which would do only one of them', async () => {
    const { batches, statements } = someBatches();
    const asked = ['a', 'b', 'a', 'c', 'a'].map((key) => batches.ask(read(key)));
    expect((await Promise.all(asked)).map((row) => row?.value)).toEqual(['a', 'b', 'a', 'c', 'a']);
    expect(statements).toEqual([['a', 'b'], ['a', 'c'], ['a']]);
  });

  it('are at most fifty in one statement', async () => {
    const { batches, statements } = someBatches();
    const keys = Array.from({ length: 101 }, (_, index) => String(index));
    const rows = await Promise.all(keys.map((key) => batches.ask(read(key))));
    expect(rows.map((row) => row?.storage_key)).toEqual(keys);
    expect(statements.map(({ length }) => length)).toEqual([50, 50, 1]);
  });

  it('get nothing where the statement returns no row', async () => {
    const batches = new Batches(async () => new Map());
    expect(await batches.ask(read('a'))).toBeUndefined();
  });

  it('all fail with the error of their statement, and those of the next one do not', async () => {
    const failure = new Error('down');
    let isDown = true;
    const batches = new Batches(async () => {
      if (isDown) throw failure;
      return new Map([['a', rowOf('a')]]);
    });
    const failed = await Promise.allSettled(['a', 'b'].map((key) => batches.ask(read(key))));
    expect(failed.map((result) => result.status === 'rejected' && result.reason)).toEqual([
      failure,
      failure,
    ]);
    isDown = false;
    expect(await batches.ask(read('a'))).toEqual(rowOf('a'));
  });

  it("F21: are sent although an app's fake timers have replaced process.nextTick", async () => {
    const { batches } = someBatches();
    const clock = FakeTimers.install({ toFake: ['nextTick'] });
    const asked = batches.ask(read('a'));
    clock.uninstall();
    expect(await asked).toEqual(rowOf('a'));
  });
});
