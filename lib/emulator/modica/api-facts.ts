/** A resource of the API, below its base path. */
export type ModicaPath = '/challenges' | '/responses';

/** What Modica's API document says. */
export const modicaSpec = {
  basePath: '/rest/2fa',
  paths: ['/challenges', '/responses'],
  mediaType: 'application/vnd.modica.2fa.v1+json',
  requestIdHeader: 'X-Modica-Request-Id',
  /** Python's named formatting variable, which the code takes the place of. */
  codeVariable: '%(code)s',
  /** Seconds. */
  expiresIn: { shortest: 30, usual: 300, longest: 3600 },
  /** Characters; a longer mask is taken by the API and rejected by the mobile carriers. */
  longestMask: 11,
} as const;

/**
 * What the document leaves open, and the emulator had to make up. None of these values is known of
 * the real API: an app that relies on one of them relies on the emulator.
 *
 * The document names a `status` and an `error` without any of their values. The snake_case of the
 * errors, and `invalid_json`, `missing_attrib` and `invalid_attrib`, are those of Modica's sibling
 * gateway (github.com/MatthewHartstonge/go-modica).
 */
export const modicaAssumed = {
  /** Shown as the example of `content`; that it is the default is made up. */
  text: 'Your 2FA code is: %(code)s',
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
    /** The emulator's own: a clock, a listener or an override of the test failed. */
    fault: 'emulator_fault',
  },
  /** RFC 9110, 11.6.1 asks for this header on a 401; the realm is made up. */
  authenticate: 'Basic realm="2fa", charset="UTF-8"',
} as const;
