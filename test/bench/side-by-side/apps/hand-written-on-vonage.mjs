import { verify2On } from '../../sdks/verify-2.mjs';
import { handWritten } from './hand-written.mjs';

export const secondFactor = ({ vendor, ...rest }) =>
  handWritten({ ...rest, verifications: verify2On(vendor.url) });
