import { describe, expect, it } from 'vitest';
import { destinationKey, userCounterKey } from '../../../lib/limits/keys.js';
import { someSubject } from '../../fixtures/challenges.js';

const login = someSubject();
const stepUp = someSubject({ purpose: 'step-up' });
const enrolment = someSubject({ purpose: 'enrol' });

describe('userCounterKey', () => {
  it('is the same for all strategies, numbers and purposes of a user', () => {
    const other = someSubject({
      strategy: 'other',
      destination: '+64210000000',
      transaction: '"x"',
    });
    expect(userCounterKey(other)).toBe(userCounterKey(login));
    expect(userCounterKey(stepUp)).toBe(userCounterKey(login));
  });

  it('A27: differs while the user enrols a number', () => {
    expect(userCounterKey(enrolment)).not.toBe(userCounterKey(login));
  });

  it('differs in another realm, where other users have the same ids', () => {
    expect(userCounterKey({ ...login, realm: 'staff' })).not.toBe(userCounterKey(login));
  });

  it('distinguishes users, also 1 from "1"', () => {
    expect(userCounterKey({ ...login, userId: 2 })).not.toBe(userCounterKey(login));
    expect(userCounterKey({ ...login, userId: '1' })).not.toBe(userCounterKey(login));
  });
});

describe('destinationKey', () => {
  it('is the same for all users, realms and strategies', () => {
    const other = { ...stepUp, realm: 'staff', strategy: 'other', userId: 2 };
    expect(destinationKey(other)).toBe(destinationKey(login));
  });

  it('A27: differs while the number is being enrolled', () => {
    expect(destinationKey(enrolment)).not.toBe(destinationKey(login));
  });

  it('distinguishes numbers and reveals none', () => {
    expect(destinationKey({ ...login, destination: '+64210000000' })).not.toBe(
      destinationKey(login),
    );
    expect(destinationKey(login)).not.toContain('64211234567');
  });
});
