// Infobip's API in values: what it specifies, what was observed, and what the emulator had to make up.

/**
 * What Infobip specifies: in the guide 'Using 2FA API', and in the API reference that it links to (its
 * OpenAPI document, version 3.210).
 */
export const infobipSpec = {
  paths: [
    '/2fa/2/applications',
    '/2fa/2/applications/{appId}',
    '/2fa/2/applications/{appId}/messages',
    '/2fa/2/applications/{appId}/messages/{msgId}',
    '/2fa/2/applications/{appId}/verifications',
    '/2fa/2/pin',
    '/2fa/2/pin/voice',
    '/2fa/2/pin/{pinId}/resend',
    '/2fa/2/pin/{pinId}/resend/voice',
    '/2fa/2/pin/{pinId}/verify',
  ],
  pinPlaceholder: '{{pin}}',
  pinTypes: ['NUMERIC', 'ALPHA', 'HEX', 'ALPHANUMERIC'],
  /** Defaults of an application's `configuration`. */
  configuration: {
    pinAttempts: 10,
    allowMultiplePinVerifications: true,
    pinTimeToLive: '15m',
    verifyPinLimit: '1/3s',
    sendPinPerApplicationLimit: '10000/1d',
    sendPinPerPhoneNumberLimit: '3/1d',
  },
  smsStatus: { sent: 'MESSAGE_SENT', notSent: 'MESSAGE_NOT_SENT' },
  /** The only value that the reference gives for a call. */
  callStatus: { accepted: 'PENDING_ACCEPTED' },
  ncStatus: {
    reachable: 'NC_DESTINATION_REACHABLE',
    notReachable: 'NC_DESTINATION_NOT_REACHABLE',
    unknown: 'NC_DESTINATION_UNKNOWN',
  },
  /** The guide's examples, which a preconfigured emulator has. */
  example: {
    applicationId: 'HJ675435E3A6EA43432G5F37A635KJ8B',
    applicationName: 'User registration',
    messageId: '0130269F44AFD07AEBC2FEFEB30398A0',
    messageText: 'Your pin is {{pin}}',
    senderId: 'Infobip 2FA',
    pinLength: 4,
  },
} as const;

/** Found in clients of the API. The reference has none of it, so there may be more. */
export const infobipObserved = {
  pinError: {
    wrong: 'WRONG_PIN',
    expired: 'TTL_EXPIRED',
    noMoreAttempts: 'NO_MORE_PIN_ATTEMPTS',
  },
  /**
   * Infobip's own SDK for Node (@infobip-api/sdk, 0.2.0 to 0.3.2) writes these paths only with a slash at the
   * end, and `ncNeeded=undefined` unless the app says whether to look up the number. That the API accepts
   * them is inferred from that SDK: no reply to them was seen.
   */
  pathsWithSlash: ['/2fa/2/pin', '/2fa/2/applications/{appId}/verifications'],
  ncNeededLeftOut: 'undefined',
} as const;

/** A resource of the API, as its reference writes it. */
export type InfobipPath = (typeof infobipSpec.paths)[number];

/**
 * What Infobip leaves open and the emulator had to make up. None of these values is known to match the
 * real API: an app that relies on one of them relies on the emulator.
 *
 * The shape of an error and the statuses 400, 401, 403, 404 and 429 are documented. Except for
 * 'unauthorized', which status and which `messageId` an error has is made up.
 */
export const infobipAssumed = {
  pinLength: 6,
  maxPinLength: 32,
  error: {
    badRequest: { status: 400, messageId: 'BAD_REQUEST', text: 'Bad Request' },
    unauthorized: { status: 401, messageId: 'UNAUTHORIZED', text: 'Invalid login details' },
    disabled: { status: 403, messageId: 'FORBIDDEN', text: 'Application is not enabled' },
    notFound: { status: 404, messageId: 'NOT_FOUND', text: 'Requested URL not found' },
    applicationNotFound: {
      status: 404,
      messageId: 'APPLICATION_NOT_FOUND',
      text: 'Application not found',
    },
    templateNotFound: {
      status: 404,
      messageId: 'MESSAGE_NOT_FOUND',
      text: 'Message template not found',
    },
    pinNotFound: { status: 404, messageId: 'PIN_NOT_FOUND', text: 'Pin not found' },
    methodNotAllowed: { status: 405, messageId: 'METHOD_NOT_ALLOWED', text: 'Method not allowed' },
    tooLarge: { status: 413, messageId: 'PAYLOAD_TOO_LARGE', text: 'Payload too large' },
    mediaType: {
      status: 415,
      messageId: 'UNSUPPORTED_MEDIA_TYPE',
      text: 'Unsupported media type',
    },
    tooManyRequests: { status: 429, messageId: 'TOO_MANY_REQUESTS', text: 'Too many requests' },
    /** The emulator's own: a callback of the test threw. */
    fault: { status: 500, messageId: 'EMULATOR_FAULT' },
  },
} as const;
