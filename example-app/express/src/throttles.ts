import type { Request, RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import type { Limiter, LimiterFactory } from 'passport-modica-2fa';
import { Problem } from './problems.js';
import type { Settings } from './settings.js';
import { inWords } from './waiting.js';

const quarterOfAnHour = 15 * 60;

/**
 * Rate limits for registrations and for guesses at passwords. The strategy limits guesses at codes. The
 * limiters are rate-limiter-flexible's, in the same storage as those of the strategy.
 */
export function createThrottles(limiter: LimiterFactory, limits: Settings['limits']) {
  const registrations = limiter({
    keyPrefix: 'registrations',
    points: limits.registrationsPerHourPerIp,
    duration: 60 * 60,
  });
  const passwordsOfUser = limiter({
    keyPrefix: 'passwords-of-user',
    points: limits.passwordsPerUserAndIp,
    duration: quarterOfAnHour,
  });
  const passwords = limiter({
    keyPrefix: 'passwords',
    points: limits.passwordsPerIp,
    duration: quarterOfAnHour,
  });
  // Not by name alone: anyone could lock out any user.
  const userAt = (request: Request, username: string) => `${networkOf(request)} ${username}`;

  const registration: RequestHandler = async (request, _response, next) => {
    await count(registrations, networkOf(request));
    next();
  };

  // Count before checking, or parallel guesses would all be the first.
  const passwordOf = async (request: Request, username: string): Promise<void> => {
    await count(passwords, networkOf(request));
    await count(passwordsOfUser, userAt(request, username));
  };

  const passwordWasRightOf = async (request: Request, username: string): Promise<void> => {
    await Promise.all([
      passwords.reward(networkOf(request)),
      passwordsOfUser.delete(userAt(request, username)),
    ]);
  };

  const password: RequestHandler = async (request, _response, next) => {
    await passwordOf(request, request.body.username);
    next();
  };

  const passwordWasRight: RequestHandler = async (request, _response, next) => {
    await passwordWasRightOf(request, request.body.username);
    next();
  };

  return { registration, password, passwordWasRight, passwordOf, passwordWasRightOf };
}

export type Throttles = ReturnType<typeof createThrottles>;

async function count(limiter: Limiter, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    // Anything but a refusal is a broken limiter: fail closed.
    if (!(refusal instanceof Object && 'msBeforeNext' in refusal)) throw refusal;
    const retryAfter = Math.ceil(Number(refusal.msBeforeNext) / 1000);
    throw new Problem(
      429,
      'too_many_requests',
      ({ tooOften }, { locale }) => tooOften(inWords(retryAfter, locale)),
      { retryAfter },
    );
  }
}

/** An IPv4 address, or the /64 of an IPv6 address: one subscriber has a whole /64. */
function networkOf({ ip = '' }: Request): string {
  if (!ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  return address.kind() === 'ipv6'
    ? address.toNormalizedString().split(':').slice(0, 4).join(':')
    : address.toString();
}
