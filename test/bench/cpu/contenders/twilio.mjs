import { verifyServiceOn } from '../../sdks/twilio.mjs';

export default function contender({ vendors }) {
  const service = verifyServiceOn(vendors);
  return {
    async create(to) {
      const { status } = await service.verifications.create({ to, channel: 'sms' });
      if (status !== 'pending') throw new Error(status);
    },
    async check(to, code) {
      const { status } = await service.verificationChecks.create({ to, code });
      if (status !== 'approved') throw new Error(status);
    },
  };
}
