import { describe, expect, it } from 'vitest';
import { readIntent } from '../../../lib/strategy/request-body.js';

const fields = { codeField: 'code', resendField: 'resend' };

const challenge = { kind: 'challenge' };
const resend = { kind: 'resend', channel: 'sms' };
const response = (code: string | undefined) => ({ kind: 'response', code });

describe('The intent of a request', () => {
  it.each<[string, unknown, object]>([
    ['a challenge, where nothing is posted', undefined, challenge],
    ['a challenge, where something else is posted', { username: 'alice' }, challenge],
    ['to answer, where a code is posted', { code: '123456' }, response('123456')],
    ['to answer, also with an empty code', { code: '' }, response('')],
    ['to answer, with what cannot be a code', { code: 123456 }, response(undefined)],
    ['to answer, with what is too long for a code', { code: '1'.repeat(65) }, response(undefined)],
    ['a resend', { resend: true }, resend],
    ['a resend, by the button of a form', { code: '', resend: '1' }, resend],
    ['a call', { code: '', resend: 'voice' }, { kind: 'resend', channel: 'call' }],
    [
      'nothing that could be a code and a call',
      { code: '1', resend: 'voice' },
      response(undefined),
    ],
    ['nothing that could be both', { code: '123456', resend: true }, response(undefined)],
  ])('is %s', (_what, body, intent) => {
    expect(readIntent(body, undefined, fields)).toEqual(intent);
  });

  it.each([false, 'false', 0, '0', '', null])(
    'is no resend when the resend field is %j',
    (wish) => {
      const body = { code: '123456', resend: wish };
      expect(readIntent(body, undefined, fields)).toEqual(response('123456'));
    },
  );

  it.each([true, 'true', 1, '1', 'sms'])('is an SMS when the resend field is %j', (wish) => {
    expect(readIntent({ resend: wish }, undefined, fields)).toEqual(resend);
  });

  it.each(['email', 'Voice', 'call', 'again', 2, ['voice'], { channel: 'voice' }, 'constructor'])(
    'is a resend over no known channel, and never a call, when the resend field is %j',
    (wish) => {
      const unknown = { kind: 'resend', channel: undefined };
      expect(readIntent({ resend: wish }, undefined, fields)).toEqual(unknown);
    },
  );

  it('is read from the fields that the app configures', () => {
    const named = { codeField: 'otp', resendField: 'again' };
    expect(readIntent({ otp: '123456', code: '1' }, undefined, named)).toEqual(response('123456'));
    expect(readIntent({ again: '1', resend: '0' }, undefined, named)).toEqual(resend);
  });
});

describe('A route with a pinned phase', () => {
  it.each([{ code: '123456' }, { resend: true }, {}])(
    'of "challenge" requests a code for %j',
    (body) => {
      expect(readIntent(body, 'challenge', fields)).toEqual(challenge);
    },
  );

  it('of "response" accepts a code or a resend, and treats an empty body as a missing code', () => {
    expect(readIntent({ code: '123456' }, 'response', fields)).toEqual(response('123456'));
    expect(readIntent({ resend: true }, 'response', fields)).toEqual(resend);
    expect(readIntent({}, 'response', fields)).toEqual(response(undefined));
  });
});

describe('A recovery code', () => {
  const withRecovery = { ...fields, recoveryCodeField: 'recoveryCode' };
  const recoveryCode = '3T0K-11WM-7C2X-V0HB';
  const recovery = { kind: 'recovery', code: '3T0K11WM7C2XV0HB' };
  const malformed = { kind: 'recovery', code: undefined };

  it.each([undefined, 'challenge', 'response'] as const)(
    'is read in every phase, in canonical form: %s',
    (phase) => {
      expect(readIntent({ recoveryCode }, phase, withRecovery)).toEqual(recovery);
      const form = { code: '', resend: '', recoveryCode };
      expect(readIntent(form, phase, withRecovery)).toEqual(recovery);
    },
  );

  it.each([' ', '123456', null, 0, false, [], {}, [recoveryCode]])(
    'is malformed, and not absent, if it is %j',
    (posted) => {
      const body = { recoveryCode: posted };
      expect(readIntent(body, undefined, withRecovery)).toEqual(malformed);
      expect(readIntent(body, 'challenge', withRecovery)).toEqual(malformed);
    },
  );

  it.each([{ code: '1' }, { code: null }, { resend: '1' }, { code: '', resend: true }])(
    'beside %j is neither',
    (beside) => {
      for (const phase of [undefined, 'challenge', 'response'] as const) {
        expect(readIntent({ ...beside, recoveryCode }, phase, withRecovery)).toEqual(
          response(undefined),
        );
      }
    },
  );

  it('is absent if it is empty', () => {
    const body = { code: '123456', recoveryCode: '' };
    expect(readIntent(body, undefined, withRecovery)).toEqual(response('123456'));
    expect(readIntent({ recoveryCode: '' }, undefined, withRecovery)).toEqual(challenge);
  });

  it('is not read where recovery codes are not accepted', () => {
    expect(readIntent({ recoveryCode }, undefined, fields)).toEqual(challenge);
    expect(readIntent({ code: '123456', recoveryCode }, undefined, fields)).toEqual(
      response('123456'),
    );
  });
});

describe('A posted code', () => {
  it.each([
    ['123 456', '123456'],
    ['123-456', '123456'],
    [' 1 2-3 ', '123'],
    ['12.34', '12.34'],
    ['1'.repeat(64), '1'.repeat(64)],
  ])('%j is read as %j', (typed, code) => {
    expect(readIntent({ code: typed }, undefined, fields)).toEqual(response(code));
  });
});
