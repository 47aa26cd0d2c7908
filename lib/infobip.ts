// The entry point passport-modica-2fa/infobip.
export { InfobipClient } from './providers/infobip/client.js';
export type {
  InfobipApplication,
  InfobipApplicationConfiguration,
  InfobipApplicationRequest,
  InfobipPinType,
  InfobipTemplate,
  InfobipTemplateRequest,
} from './providers/infobip/configuration.js';
export type {
  InfobipClientOptions,
  InfobipOptions,
  InfobipVerdict,
} from './providers/infobip/options.js';
export type {
  InfobipChannel,
  InfobipVerification,
  ResendPinRequest,
  SendPinRequest,
  SendPinResult,
  VerificationsRequest,
  VerifyPinRequest,
  VerifyPinResult,
} from './providers/infobip/pins.js';
export { InfobipProvider } from './providers/infobip/provider.js';
