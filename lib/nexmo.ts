// The entry point passport-modica-2fa/nexmo.
export {
  type DeliveryReceiptsOptions,
  deliveryReceipts,
  type NexmoReceipt,
  type ReadReceipt,
  type ReceiptOptions,
  readReceipt,
} from './providers/nexmo/delivery-receipts.js';
export type { NexmoOptions } from './providers/nexmo/options.js';
export { NexmoProvider } from './providers/nexmo/provider.js';
export type { NexmoSignatureAlgorithm } from './providers/nexmo/signature.js';
