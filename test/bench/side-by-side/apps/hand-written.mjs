import { mountSms } from '../../sms-routes.mjs';
import { attempts, resendCooldown } from './limits.mjs';

/**
 * What a careful developer writes with passport-custom, rate-limiter-flexible and the SDK of a vendor that
 * makes and checks codes: attempts are counted before the vendor is asked, a verification is good for one
 * login and for the number and password that it began with, and SMS are limited by number, address and in
 * total, with a pause between two.
 */
export async function handWritten({ storage, verifications, sends }) {
  const limits = await limitsOn(storage, sends);
  const secondFactor = createSecondFactor({ users: storage.users, verifications, limits });
  return {
    mount: (parts) => mountSms(parts, secondFactor),
  };
}

async function limitsOn(storage, sends) {
  const hour = 3600;
  const options = {
    pause: { points: 1, duration: resendCooldown },
    perNumber: { points: sends.perNumber, duration: hour },
    perAddress: { points: sends.perAddress, duration: hour },
    total: { points: sends.total, duration: hour },
    perUser: { points: attempts.perUser, duration: attempts.window },
    perVerification: { points: attempts.perVerification, duration: attempts.window },
    uses: { points: 1, duration: attempts.window },
  };
  const limits = {};
  for (const [keyPrefix, each] of Object.entries(options)) {
    limits[keyPrefix] = await storage.limiter({ keyPrefix, ...each });
  }
  return limits;
}

function createSecondFactor({ users, verifications, limits }) {
  return async (request, done) => {
    try {
      const user = await (request.user ? challenge(request) : response(request));
      done(null, user);
    } catch (reason) {
      // A limiter rejects with its state where a limit is reached, and with an error where it failed.
      if (reason instanceof Error) done(reason);
      else done(null, false);
    }
  };

  async function challenge(request) {
    const { user } = request;
    await send(request, user, () => verifications.create(user.mobile));
    return false;
  }

  async function send(request, user, verification) {
    await limits.pause.consume(user.id);
    await Promise.all([
      limits.perNumber.consume(user.mobile),
      limits.perAddress.consume(request.ip),
      limits.total.consume('all'),
    ]);
    // Users of the bench have no hash or version of their password.
    const { id: userId, mobile, password: version } = user;
    request.session.secondFactor = { id: await verification(), userId, mobile, version };
  }

  async function response(request) {
    const { code, resend } = request.body;
    const pending = request.session.secondFactor;
    const user = pending && (await users.find(pending.userId));
    if (!user || user.mobile !== pending.mobile || user.password !== pending.version) return false;
    if (resend !== undefined) {
      await send(request, user, () => verifications.resend(pending.id, user.mobile));
      return false;
    }
    if (typeof code !== 'string' || !/^\d{6}$/.test(code)) return false;
    await Promise.all([
      limits.perUser.consume(user.id),
      limits.perVerification.consume(pending.id),
    ]);
    if (!(await verifications.check(pending.id, code))) return false;
    await limits.uses.consume(pending.id);
    await limits.perUser.delete(user.id);
    return user;
  }
}
