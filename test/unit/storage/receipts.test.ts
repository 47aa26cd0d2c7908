import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { Receipts } from '../../../lib/storage/receipts.js';
import { minute, second, stopClock } from '../../fixtures/clock.js';

const startWith = async (...expected: readonly string[]) => {
  const clock = stopClock();
  const receipts = new Receipts(new Keyv({ throwOnErrors: true }));
  for (const messageId of expected) await receipts.expect(messageId, Date.now() + minute);
  return { clock, receipts };
};

describe('A receipt', () => {
  it('says how far the message got, and why it failed', async () => {
    const { receipts } = await startWith('one', 'two');
    expect(await receipts.of('one')).toMatchObject({ state: 'pending' });
    await receipts.record('one', { state: 'delivered' });
    await receipts.record('two', { state: 'failed', problem: 'there is no route' });
    expect(await receipts.of('one')).toMatchObject({ state: 'delivered' });
    expect(await receipts.of('two')).toMatchObject({
      state: 'failed',
      problem: 'there is no route',
    });
  });

  it('for a message that was not sent from here changes nothing', async () => {
    const { receipts } = await startWith();
    await receipts.record('one', { state: 'delivered' });
    expect(await receipts.of('one')).toBeUndefined();
  });

  it('that arrives twice or late changes nothing', async () => {
    const { receipts } = await startWith('one');
    await receipts.record('one', { state: 'failed', problem: 'barred' });
    await receipts.record('one', { state: 'pending' });
    await receipts.record('one', { state: 'delivered' });
    await receipts.record('one', { state: 'failed', problem: 'another' });
    expect(await receipts.of('one')).toMatchObject({ state: 'failed', problem: 'barred' });
  });

  it('with the state pending does not block the next one', async () => {
    const { receipts } = await startWith('one');
    await receipts.record('one', { state: 'pending' });
    await receipts.record('one', { state: 'delivered' });
    expect(await receipts.of('one')).toMatchObject({ state: 'delivered' });
  });

  it('is kept as long as it is needed, even if it arrives at the end', async () => {
    const { clock, receipts } = await startWith('one');
    clock.advance(minute - 1);
    await receipts.record('one', { state: 'delivered' });
    expect(await receipts.of('one')).toMatchObject({ state: 'delivered' });
  });

  it('is gone a second after it is needed', async () => {
    const { clock, receipts } = await startWith('one');
    await receipts.record('one', { state: 'delivered' });
    clock.advance(minute + second + 1);
    expect(await receipts.of('one')).toBeUndefined();
  });
});
