import { describe, expect, it } from 'vitest';
import type { InfobipOptions } from '../../../../lib/providers/infobip/options.js';
import { listenToEvents } from '../../../fixtures/events.js';
import { apiKey, infobipAnswering, infobipProvider, refusal } from '../../../fixtures/infobip.js';

const no = (pinError: unknown) => JSON.stringify({ pinId: 'AAAA', verified: false, pinError });

describe('A PIN that Infobip does not verify', () => {
  const verdict = async (body: string, status = 200, options: Partial<InfobipOptions> = {}) => {
    const provider = infobipProvider(await infobipAnswering({ status, body }), options);
    return (await provider.check('AAAA.1', '314159')).verdict;
  };

  it.each([
    ['WRONG_PIN', 'rejected'],
    ['TTL_EXPIRED', 'expired'],
    ['NO_MORE_PIN_ATTEMPTS', 'exhausted'],
    ['NO_ERROR', 'rejected'],
    [undefined, 'rejected'],
    [null, 'rejected'],
    ['', 'rejected'],
  ])('gets the verdict of its pinError %o, without an event: %s', async (pinError, said) => {
    const heard = listenToEvents();
    expect(await verdict(no(pinError))).toBe(said);
    expect(heard).toEqual([]);
  });

  it("gets the verdict of the app's words only, if there are any", async () => {
    const options = { errorVerdicts: { PIN_EXPIRED: 'expired', DONE: 'used' } } as const;
    expect(await verdict(no('PIN_EXPIRED'), 200, options)).toBe('expired');
    expect(await verdict(no('DONE'), 200, options)).toBe('used');
    expect(await verdict(no('TTL_EXPIRED'), 200, options)).toBe('rejected');
  });

  it('is rejected if the request was, unless the word is mapped', async () => {
    expect(await verdict(refusal('BAD_REQUEST'), 400)).toBe('rejected');
    const errorVerdicts = { ALREADY_VERIFIED: 'used' } as const;
    expect(await verdict(refusal('ALREADY_VERIFIED'), 400, { errorVerdicts })).toBe('used');
  });

  it('is rejected with an unmapped word, which is published', async () => {
    const heard = listenToEvents();
    expect(await verdict(no('PIN_BLOCKED'))).toBe('rejected');
    expect(heard).toEqual([
      {
        name: 'provider_error_unmapped',
        call: 'check',
        provider: 'infobip',
        word: 'PIN_BLOCKED',
        requestId: undefined,
      },
    ]);
  });

  it('A18: has no code, number or key in its event, and at most 64 characters', async () => {
    const heard = listenToEvents();
    await verdict(no('314159 for 41793026727'));
    await verdict(no(`not with ${apiKey}`));
    await verdict(no('x'.repeat(1000)));
    expect(heard).toEqual([
      expect.objectContaining({ word: '… for …' }),
      expect.objectContaining({ word: 'not with …' }),
      expect.objectContaining({ word: 'x'.repeat(64) }),
    ]);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    "A14: is rejected with '%s', a name of the object prototype",
    async (word) => {
      const heard = listenToEvents();
      expect(await verdict(no(word))).toBe('rejected');
      expect(heard).toHaveLength(1);
    },
  );
});
