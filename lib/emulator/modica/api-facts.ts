// Modica's API in values: what its document specifies, and what the emulator had to make up.

/** A resource of the API, below its base path. */
export type ModicaPath = '/challenges' | '/responses';

/** What Modica's API document specifies. */
export const modicaSpec = {
  basePath: '/rest/2fa',
  paths: ['/challenges', '/responses'],
  mediaType: 'application/vnd.modica.2fa.v1+json',
  requestIdHeader: 'X-Modica-Request-Id',
  /** The placeholder for the code in `content`, in Python's format syntax. */
  codeVariable: '%(code)s',
  /** Seconds. */
  expiresIn: { min: 30, default: 300, max: 3600 },
  /** Characters; the API accepts a longer mask, but mobile carriers reject it. */
  maskLength: 11,
} as const;

/**
 * What the document leaves open and the emulator had to make up. None of these values is known to
 * match the real API: an app that relies on one of them relies on the emulator.
 *
 * The document names the attributes `status` and `error` but none of their values. The snake_case of
 * the errors, and `invalid_json`, `missing_attrib` and `invalid_attrib`, come from Modica's sibling
 * gateway (github.com/MatthewHartstonge/go-modica).
 */
export const modicaAssumed = {
  /** The document's example of `content`; that it is also the default is made up. */
  content: 'Your 2FA code is: %(code)s',
  codeLength: 6,
  status: { valid: 'valid', wrong: 'invalid', expired: 'expired' },
  error: {
    wrong: 'invalid_code',
    expired: 'expired',
    unknownChallenge: 'invalid_challenge',
    invalidJson: 'invalid_json',
    missingAttribute: 'missing_attrib',
    invalidAttribute: 'invalid_attrib',
    /** The status 401 is documented, its body is not. */
    unauthorized: 'unauthorized',
    notFound: 'not_found',
    methodNotAllowed: 'method_not_allowed',
    notAcceptable: 'not_acceptable',
    unsupportedMediaType: 'unsupported_media_type',
    tooLarge: 'request_too_large',
    /** The emulator's own: a callback of the test threw. */
    fault: 'emulator_fault',
  },
  /** RFC 9110, section 11.6.1, requires this header on a 401; the realm is made up. */
  authenticate: 'Basic realm="2fa", charset="UTF-8"',
} as const;
