import { AuthType, Infobip } from '@infobip-api/sdk';

export default function contender({ vendors }) {
  const { twoFA } = new Infobip({ baseUrl: vendors, apiKey: 'key', authType: AuthType.ApiKey })
    .service;
  const ids = new Map();
  return {
    async create(to) {
      const { data } = await twoFA.sendPINCodeSMS({ applicationId: 'a', messageId: 'm', to });
      ids.set(to, data.pinId);
    },
    async check(to, pin) {
      const { data } = await twoFA.verifyPhoneNumber(ids.get(to), { pin });
      if (data.verified !== true) throw new Error('not verified');
      ids.delete(to);
    },
  };
}
