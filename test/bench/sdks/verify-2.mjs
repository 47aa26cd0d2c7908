import { Auth } from '@vonage/auth';
import { Verify2 } from '@vonage/verify2';

/** Vonage's SDK for Verify v2. */
export function verify2On(apiHost) {
  const verify = new Verify2(new Auth({ apiKey: 'key', apiSecret: 'secret' }), { apiHost });
  // The cheaper of its ways: by default it signs a token for every request.
  verify.authType = 'basic';
  return {
    create: async (to) => {
      const workflow = [{ channel: 'sms', to: to.slice(1) }];
      return (await verify.newRequest({ brand: 'Bench', workflow })).requestId;
    },
    check: async (requestId, code) => (await verify.checkCode(requestId, code)) === 'completed',
  };
}
