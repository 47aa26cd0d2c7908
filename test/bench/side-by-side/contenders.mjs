import { ours } from '../ours.mjs';
import { startModica } from '../vendors/modica.mjs';
import { startTwilioMessages } from '../vendors/twilio-messages.mjs';
import { startTwilioVerify } from '../vendors/twilio-verify.mjs';
import { startVerify1 } from '../vendors/verify-1.mjs';
import { startVerify2 } from '../vendors/verify-2.mjs';
import * as betterAuth from './visits/better-auth.mjs';
import * as nexmoOtp from './visits/nexmo-otp.mjs';
import * as ourVisit from './visits/ours.mjs';
import * as passport from './visits/passport.mjs';

/** Each with its app, what a browser does there, and the vendor that it calls. Ours is the first. */
export const contenders = [
  { name: ours, app: 'ours', visit: ourVisit, startVendor: startModica },
  {
    name: 'better-auth',
    app: 'better-auth',
    visit: betterAuth,
    startVendor: startTwilioMessages,
  },
  {
    name: 'passport-custom + twilio',
    app: 'hand-written-on-twilio',
    visit: passport,
    startVendor: startTwilioVerify,
  },
  {
    name: 'passport-custom + @vonage/verify2',
    app: 'hand-written-on-vonage',
    visit: passport,
    startVendor: startVerify2,
  },
  {
    name: 'passport-nexmo-otp',
    app: 'nexmo-otp',
    visit: nexmoOtp,
    startVendor: startVerify1,
    storesOnlySessions: true,
  },
];
