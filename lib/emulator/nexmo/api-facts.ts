// Nexmo's API in values: what it specifies, what was observed, and what the emulator had to make up.

/**
 * What Nexmo specifies: in the guide 'Two-factor Authentication API', and in the references of that API,
 * of delivery receipts, of signed requests and of the Conversion API (github.com/Nexmo/nexmo-developer).
 */
export const nexmoSpec = {
  paths: ['/sc/us/2fa/json', '/conversions/sms'],
  /** Media types of a JSON body; a body may also be a form. */
  jsonMediaTypes: [
    'application/json',
    'application/jsonrequest',
    'application/x-javascript',
    'text/json',
    'text/javascript',
    'text/x-javascript',
    'text/x-json',
  ],
  clientRefLength: 40,
  /** Codes and titles. The title serves as `error-text` where the real text is unknown. */
  statuses: {
    '0': 'Success',
    '1': 'Throttled',
    '2': 'Missing Parameters',
    '3': 'Invalid Parameters',
    '4': 'Invalid Credentials',
    '5': 'Internal Error',
    '6': 'Invalid Message',
    '7': 'Number Barred',
    '8': 'Partner Account Barred',
    '9': 'Partner Quota Violation',
    '11': 'Account Not Enabled for HTTP',
    '12': 'Message Too Long',
    '13': 'Communication Failed',
    '14': 'Invalid Signature',
    '15': 'Invalid Sender Address',
    '16': 'Invalid TTL',
    '19': 'Facility Not Allowed',
    '20': 'Invalid Message Class',
    '23': 'Bad Callback',
    '29': 'Non White-listed Destination',
    '34': 'Invalid or Missing Msisdn Param',
    '101': 'Invalid Account Campaign',
    '102': 'Msisdn Opted Out for Campaign',
  },
  receiptStatuses: [
    'delivered',
    'expired',
    'failed',
    'rejected',
    'accepted',
    'buffered',
    'unknown',
  ],
  /** HTTP statuses of the Conversion API. Both 420 and 423 are 'invalid parameters'. */
  conversion: {
    recorded: 200,
    credentials: 401,
    notEnabled: 402,
    invalid: 420,
    unknownMessage: 423,
  },
} as const;

/** Values of `error-text` found in replies of Nexmo's SMS API. */
export const nexmoObserved = {
  missing: (name: string) => `Missing ${name} param`,
  credentials: 'Bad Credentials',
  notWhiteListed: 'Non White-listed Destination - rejected',
} as const;

/**
 * What Nexmo leaves open and the emulator had to make up. None of these values is known to match the real
 * API: an app that relies on one of them relies on the emulator.
 */
export const nexmoAssumed = {
  /** The real text is agreed with Nexmo for each short code. */
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Nexmo's placeholders have that syntax.
  template: 'Your PIN is ${pin}',
  shortCode: '22395',
  /** MCC and MNC of a carrier in the US. */
  network: '310260',
  messagePrice: '0.00570000',
  remainingBalance: '10.00000000',
  /** 'Resends the delivery receipt for the next 72 hours', at an interval that is not stated. */
  receiptAttempts: 5,
  /** Time limit of the webhook's reply, in milliseconds. */
  receiptTimeout: 5000,
} as const;

/** A resource of the API. The Conversion API, which has its own host, is served beside the other. */
export type NexmoPath = (typeof nexmoSpec.paths)[number];

/** The status of a message in the API's reply: '0' if it was sent. */
export type NexmoStatus = keyof typeof nexmoSpec.statuses;

/** The status of a message in a delivery receipt. */
export type NexmoReceiptStatus = (typeof nexmoSpec.receiptStatuses)[number];
