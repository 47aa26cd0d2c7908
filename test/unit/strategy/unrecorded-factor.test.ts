import { describe, expect, it } from 'vitest';
import type { Purpose } from '../../../lib/challenge/challenge.js';
import { verifiedInfo } from '../../../lib/flow/proof.js';
import { expectRecord, recorded, unrecordedIn } from '../../../lib/strategy/unrecorded-factor.js';
import { someChallenge } from '../../fixtures/challenges.js';

/** A request in a session of its own, in which a user is logged in. */
const someRequest = (id: string) => ({ session: { id, passport: { user: 1 } } });

const infoOf = (purpose: Purpose, transaction?: string) =>
  verifiedInfo(someChallenge({ purpose, transaction }), {
    method: 'sms',
    verifiedAt: new Date(),
    firstNumber: false,
  });

describe('A record of a second factor', () => {
  it('is expected after a step-up, in its own session, until it is made', () => {
    const [own, other] = [someRequest('own'), someRequest('other')];
    expectRecord(own, infoOf('step-up'));
    expect(unrecordedIn(own)).toMatchObject({ purpose: 'step-up' });
    expect(unrecordedIn(other)).toBeUndefined();
    recorded(other);
    expect(unrecordedIn(own)).toBeDefined();
    recorded(own);
    expect(unrecordedIn(own)).toBeUndefined();
  });

  it.each<[string, object, unknown]>([
    ['a login, whose record the guard does not ask for', {}, infoOf('login')],
    ['the approval of a transaction', {}, infoOf('step-up', '"payment 1"')],
    ['an enrolment', {}, infoOf('enrol')],
    ["an info that is not the strategy's", {}, { ...infoOf('step-up') }],
    ['a step-up of nobody', { passport: {} }, infoOf('step-up')],
  ])('is not expected after %s', (what, more, info) => {
    const request = { session: { ...someRequest(what).session, ...more } };
    expectRecord(request, info);
    expect(unrecordedIn(request)).toBeUndefined();
  });
});
