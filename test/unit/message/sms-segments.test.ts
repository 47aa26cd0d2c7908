import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { english } from '../../../lib/message/english.js';
import { measure } from '../../../lib/message/sms-text.js';
import { spanish } from '../../../lib/message/spanish.js';
import { listenToEvents } from '../../fixtures/events.js';

const code = '%(code)s';

describe('The text of an SMS', () => {
  it.each([
    ['160 characters of GSM-7', `${code}${'x'.repeat(154)}`],
    ['70 characters of UCS-2', `${code}á${'x'.repeat(63)}`],
    ['the English default', english.message],
    ['the Spanish default', spanish.message],
    [
      'an approval in Spanish',
      spanish.approval('amount 12.50 NZD, payee The Bakery on the Corner Ltd'),
    ],
  ])('publishes no event if it fits one message: %s', async (_what, text) => {
    const heard = listenToEvents();
    await measure(text);
    expect(heard).toEqual([]);
  });

  it.each([
    ['161 characters of GSM-7', `${code}${'x'.repeat(155)}`, 2, 'GSM-7'],
    ['71 characters of UCS-2', `${code}á${'x'.repeat(64)}`, 2, 'UCS-2'],
    ['one stray character among 154', `${code}“${'x'.repeat(153)}`, 3, 'UCS-2'],
    ['307 characters of GSM-7', `${code}${'x'.repeat(301)}`, 3, 'GSM-7'],
  ])(
    'publishes the number of segments if it needs several: %s',
    async (_what, text, segments, characterSet) => {
      const heard = listenToEvents();
      await measure(text);
      expect(heard).toEqual([{ name: 'message_long', segments, characterSet }]);
    },
  );

  it('causes only a warning if it cannot be measured', async () => {
    const heard = listenToEvents();
    const warned = once(process, 'warning');
    await measure(Object(7));
    expect(await warned).toEqual([expect.any(TypeError)]);
    expect(heard).toEqual([]);
  });

  it('is not measured without a subscriber', async () => {
    // Measuring a number would throw.
    await expect(measure(Object(7))).resolves.toBeUndefined();
  });
});
