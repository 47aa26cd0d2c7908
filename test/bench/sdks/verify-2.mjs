import { Auth } from '@vonage/auth';
import { Verify2 } from '@vonage/verify2';

/** Vonage's SDK for Verify v2. */
export function verify2On(apiHost) {
  const verify = new Verify2(new Auth({ apiKey: 'key', apiSecret: 'secret' }), { apiHost });
  // The cheaper of its ways: by default it signs a token for every request.
  verify.authType = 'basic';
  const create = async (to) => {
    const workflow = [{ channel: 'sms', to: to.slice(1) }];
    return (await verify.newRequest({ brand: 'Bench', workflow })).requestId;
  };
  return {
    create,
    /** While a request is pending there is no other for the same number. */
    async resend(requestId, to) {
      await verify.cancel(requestId);
      return create(to);
    },
    check: (requestId, code) =>
      verify.checkCode(requestId, code).then(
        (status) => status === 'completed',
        (error) => {
          // A wrong code, no such verification, too many wrong codes.
          if ([400, 404, 410].includes(error.response?.status)) return false;
          throw error;
        },
      ),
  };
}
