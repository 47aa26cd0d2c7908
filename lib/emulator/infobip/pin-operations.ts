import { z } from 'zod';
import { json } from '../server/reply.js';
import type { Applications } from './applications.js';
import { read, readBody, resendBody, sendBody, verifyBody } from './body.js';
import type { Operations } from './operation.js';
import type { Pin } from './pin.js';
import type { Pins } from './pins.js';

type PinOperations = Pick<
  Operations,
  | '/2fa/2/pin'
  | '/2fa/2/pin/{pinId}/resend'
  | '/2fa/2/pin/{pinId}/verify'
  | '/2fa/2/applications/{appId}/verifications'
>;

const flag = z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' });

const sendQuery = z.object({ ncNeeded: flag.default(true) });

const verificationsQuery = z.object({
  msisdn: z.string(),
  verified: flag.optional(),
  sent: flag.optional(),
});

/** Infobip's 'PIN sending and verification'. */
export function pinOperations(applications: Applications, pins: Pins): PinOperations {
  return {
    '/2fa/2/pin': {
      POST: ({ recorded }) => {
        const { ncNeeded } = readQuery(sendQuery, recorded.query);
        return json(200, pins.send(readBody(sendBody, recorded.body), ncNeeded));
      },
    },
    '/2fa/2/pin/{pinId}/resend': {
      // That the body may be left out is invented: it has nothing that is needed.
      POST: ({ recorded, parameters }) => {
        const { ncNeeded } = readQuery(sendQuery, recorded.query);
        const body = readBody(resendBody, recorded.body || '{}');
        return json(200, pins.resend(parameters['pinId'], body, ncNeeded));
      },
    },
    '/2fa/2/pin/{pinId}/verify': {
      POST: ({ recorded, parameters }) =>
        json(200, pins.verify(parameters['pinId'], readBody(verifyBody, recorded.body))),
    },
    '/2fa/2/applications/{appId}/verifications': {
      GET: ({ recorded, parameters }) => {
        const { applicationId } = applications.get(parameters['appId']);
        const { msisdn, verified, sent } = readQuery(verificationsQuery, recorded.query);
        const found = pins.all.filter(
          (pin) =>
            pin.sent.applicationId === applicationId &&
            pin.sent.msisdn === msisdn &&
            (verified ?? isVerified(pin)) === isVerified(pin) &&
            (sent ?? pin.isSent) === pin.isSent,
        );
        return json(200, { verifications: found.map(verificationReply) });
      },
    },
  };
}

function readQuery<Value>(schema: z.ZodType<Value>, query: string): Value {
  return read(schema, Object.fromEntries(new URLSearchParams(query)));
}

function isVerified({ verifiedAt }: Pin): boolean {
  return verifiedAt !== undefined;
}

/** Times are milliseconds since 1970, as the reference says; its example shows seconds. */
function verificationReply(pin: Pin): object {
  return {
    msisdn: pin.sent.msisdn,
    verified: isVerified(pin),
    verifiedAt: pin.verifiedAt,
    sentAt: pin.sent.sentAt,
  };
}
