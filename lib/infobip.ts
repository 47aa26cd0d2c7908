export type {
  InfobipApplication,
  InfobipApplicationConfiguration,
  InfobipApplicationRequest,
} from './providers/infobip/applications.js';
export { InfobipClient } from './providers/infobip/client.js';
export type {
  InfobipClientOptions,
  InfobipOptions,
  InfobipVerdict,
} from './providers/infobip/options.js';
export type {
  ResendPinRequest,
  SendPinRequest,
  SendPinResult,
  VerifyPinRequest,
  VerifyPinResult,
} from './providers/infobip/pins.js';
export { InfobipProvider } from './providers/infobip/provider.js';
export type {
  InfobipPinType,
  InfobipTemplate,
  InfobipTemplateRequest,
} from './providers/infobip/templates.js';
export type {
  InfobipVerification,
  VerificationsRequest,
} from './providers/infobip/verifications.js';
