import { describe, expect, it } from 'vitest';
import { withRollback } from '../../../lib/limits/rollback.js';

const down = new Error('CLUSTERDOWN');

describe('F13: withRollback, when one of its steps fails', () => {
  it('F13: undoes every completed step, and not the one that failed', async () => {
    const undone: string[] = [];
    const failing = withRollback((step) =>
      Promise.all([
        step(Promise.resolve('a'), (taken) => undone.push(taken)),
        step(Promise.reject(down), () => undone.push('failed')),
        step(Promise.resolve('c'), (taken) => undone.push(taken)),
      ]),
    );
    await expect(failing).rejects.toBe(down);
    expect(undone).toEqual(['a', 'c']);
  });

  it('F13: waits for steps in progress and undoes them too', async () => {
    const undone: string[] = [];
    let finish = (_value: string) => {};
    const slow = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const failing = withRollback((step) =>
      Promise.all([
        step(slow, (taken) => undone.push(taken)),
        step(Promise.reject(down), () => undefined),
      ]),
    );
    finish('late');
    await expect(failing).rejects.toBe(down);
    expect(undone).toEqual(['late']);
  });

  it('F13: throws the failure of the step, even if another cannot be undone', async () => {
    const undone: string[] = [];
    const failing = withRollback(async (step) => {
      await step(Promise.resolve(), () => Promise.reject(new Error('this one too')));
      await step(Promise.resolve('b'), (taken) => undone.push(taken));
      throw down;
    });
    await expect(failing).rejects.toBe(down);
    expect(undone).toEqual(['b']);
  });

  it('undoes nothing if all steps succeed', async () => {
    const undone: string[] = [];
    const both = withRollback((step) =>
      Promise.all([
        step(Promise.resolve(1), () => undone.push('one')),
        step(Promise.resolve(2), () => undone.push('two')),
      ]),
    );
    expect(await both).toEqual([1, 2]);
    expect(undone).toEqual([]);
  });
});
