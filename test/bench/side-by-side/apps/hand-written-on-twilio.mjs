import { twilioVerifyOn } from '../../sdks/twilio.mjs';
import { handWritten } from './hand-written.mjs';

export const secondFactor = ({ vendor, ...rest }) =>
  handWritten({ ...rest, verifications: twilioVerifyOn(vendor.url) });
