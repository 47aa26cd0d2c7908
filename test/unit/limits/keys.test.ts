import { describe, expect, it } from 'vitest';
import { destinationKey, userCounterKey } from '../../../lib/limits/keys.js';
import { someSubject } from '../../fixtures/challenges.js';

const login = someSubject();
const stepUp = someSubject({ purpose: 'step-up' });
const enrolment = someSubject({ purpose: 'enrol' });

describe('userCounterKey', () => {
  it('is one for all strategies, numbers and purposes of a user', () => {
    const other = someSubject({
      strategy: 'other',
      destination: '+64210000000',
      transaction: '"x"',
    });
    expect(userCounterKey(other)).toBe(userCounterKey(login));
    expect(userCounterKey(stepUp)).toBe(userCounterKey(login));
  });

  it('A27: is another one while the user enrols a number', () => {
    expect(userCounterKey(enrolment)).not.toBe(userCounterKey(login));
  });

  it('is another one in another realm, where other people have the same ids', () => {
    expect(userCounterKey({ ...login, realm: 'staff' })).not.toBe(userCounterKey(login));
  });

  it('tells users apart, 1 from "1" too', () => {
    expect(userCounterKey({ ...login, userId: 2 })).not.toBe(userCounterKey(login));
    expect(userCounterKey({ ...login, userId: '1' })).not.toBe(userCounterKey(login));
  });
});

describe('destinationKey', () => {
  it('is one for all who send to a number', () => {
    const other = { ...stepUp, realm: 'staff', strategy: 'other', userId: 2 };
    expect(destinationKey(other)).toBe(destinationKey(login));
  });

  it('A27: is another one for those who want to enrol it', () => {
    expect(destinationKey(enrolment)).not.toBe(destinationKey(login));
  });

  it('tells numbers apart and shows none', () => {
    expect(destinationKey({ ...login, destination: '+64210000000' })).not.toBe(
      destinationKey(login),
    );
    expect(destinationKey(login)).not.toContain('64211234567');
  });
});
