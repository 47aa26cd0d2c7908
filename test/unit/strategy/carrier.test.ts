import { describe, expect, it } from 'vitest';
import { randomId } from '../../../lib/challenge.js';
import { SetupError } from '../../../lib/errors.js';
import { SessionCarrier } from '../../../lib/strategy/carrier.js';
import { thrownBy } from '../../fixtures/thrown.js';

const somePointer = () => ({ challengeId: randomId(), firstFactorId: randomId() });
type Pointer = ReturnType<typeof somePointer>;
const written = ({ challengeId, firstFactorId }: Pointer) => `${challengeId}.${firstFactorId}`;

/** A session of Passport's, with a step-up and an enrolment that wait for their codes. */
function twoPending() {
  const request = { session: { passport: { user: 1 } } };
  const carrier = new SessionCarrier('modica-2fa');
  const [stepUp, enrolment] = [somePointer(), somePointer()];
  carrier.write(request, 'step-up', written(stepUp));
  carrier.write(request, 'enrol', written(enrolment));
  return { request, carrier, stepUp, enrolment };
}

describe('A session', () => {
  it('holds a challenge for each purpose', () => {
    const { request, carrier, stepUp, enrolment } = twoPending();
    expect(carrier.read(request, 'step-up')).toEqual(stepUp);
    expect(carrier.read(request, 'enrol')).toEqual(enrolment);
    expect(carrier.read(request, 'login')).toBeUndefined();
  });

  it('holds the newest of one purpose', () => {
    const { request, carrier, enrolment } = twoPending();
    const newer = somePointer();
    carrier.write(request, 'step-up', written(newer));
    expect(carrier.read(request, 'step-up')).toEqual(newer);
    expect(carrier.read(request, 'enrol')).toEqual(enrolment);
  });

  it('forgets one and keeps the other; after the last nothing of ours is left', () => {
    const { request, carrier, enrolment } = twoPending();
    carrier.write(request, 'step-up', null);
    expect(carrier.read(request, 'step-up')).toBeUndefined();
    expect(carrier.read(request, 'enrol')).toEqual(enrolment);
    carrier.write(request, 'enrol', null);
    expect(request.session).toEqual({ passport: { user: 1 } });
  });

  it.each([undefined, null, 'text'])(
    'that is %j is none, and the error says so',
    async (session) => {
      const { carrier } = twoPending();
      const error = await thrownBy(SetupError, () => carrier.read({ session }, 'login'));
      expect(error.code).toBe('session_missing');
    },
  );

  it('gives each strategy a place of its own', () => {
    const { request, stepUp, carrier } = twoPending();
    const other = new SessionCarrier('other');
    expect(other.read(request, 'step-up')).toBeUndefined();
    other.write(request, 'step-up', written(somePointer()));
    expect(carrier.read(request, 'step-up')).toEqual(stepUp);
  });
});
