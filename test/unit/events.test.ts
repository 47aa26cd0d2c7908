import { describe, expect, it } from 'vitest';
import { publish, type TwoFactorEvent } from '../../lib/events.js';
import { listenToEvents } from '../fixtures/events.js';

const event: TwoFactorEvent = {
  name: 'provider_status_unmapped',
  call: 'check',
  provider: 'modica',
  word: 'perhaps',
  requestId: 'r-1',
};

describe('An event', () => {
  it("reaches the subscribers of the channel 'passport-modica-2fa' unchanged", () => {
    const heard = listenToEvents();
    publish(event);
    expect(heard).toEqual([event]);
  });

  it('is dropped without subscribers', () => {
    publish(event);
    const heard = listenToEvents();
    expect(heard).toEqual([]);
  });
});
