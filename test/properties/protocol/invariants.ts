import { expect } from 'vitest';
import { isTwoFactorError } from '../../../lib/errors.js';
import type { RefusalCode } from '../../../lib/refusal.js';
import { hour } from '../../fixtures/clock.js';
import type { Message } from './provider.js';
import { challengeOf, type Request, type User } from './requests.js';
import { story } from './story.js';
import { limits, type World } from './world.js';

/** What must hold of everything that has happened in a world. */
export function checkInvariants(world: World): void {
  try {
    checkAll(world);
  } catch (error) {
    throw new Error(`${String(error)}\n${story(world)}`, { cause: error });
  }
}

function checkAll(world: World): void {
  everybodyGotAnAnswer(world);
  nobodyGotInWithoutACode(world);
  noChallengeVerifiedTwice(world);
  noChallengeWasGuessedAtTooOften(world);
  nobodyWasGuessedAtTooOften(world);
  noCodeWasCheckedLate(world);
  noUsedChallengeWasCheckedAgain(world);
  nobodyWasTextedTwiceInACoolDown(world);
  whoHadAChallengeWasNotTextedAgain(world);
  noOutageLockedAnybody(world);
  nobodyWasTextedTooOften(world);
  noOutageRefusedAnybody(world);
}

/** Whose phone it was, by the number that no other user ever had. */
const ownerOf = ({ users }: World, { destination }: Message): User | undefined =>
  users.find(({ numbers }) => numbers.includes(destination));

function everybodyGotAnAnswer({ requests }: World): void {
  for (const { abandoned, outcome, error } of requests) {
    if (abandoned) continue;
    const fault = outcome?.kind === 'broken' ? outcome.error : error;
    if (fault === undefined) expect(outcome).toBeDefined();
    else expect(isTwoFactorError(fault), String(fault)).toBe(true);
  }
}

function nobodyGotInWithoutACode(world: World): void {
  for (const request of world.requests) {
    if (request.outcome?.kind !== 'verified') continue;
    expect(request.verdict).toBe('accepted');
    expect(world.handles).toContain(request.handle);
    const check = world.provider.checks.find((made) => made.request === request);
    const message = world.provider.messages.find((sent) => sent.reference === check?.reference);
    expect(message && ownerOf(world, message)?.id).toBe(request.outcome.user.id);
    // Numbers change only while nothing is under way.
    expect(message?.destination).toBe(request.mobileOf.get(request.outcome.user.id));
    const sentFor = message && challengeOf(message.request);
    if (sentFor !== undefined) expect(challengeOf(request)).toBe(sentFor);
  }
}

function noChallengeVerifiedTwice({ requests }: World): void {
  const verified = requests.filter(({ outcome }) => outcome?.kind === 'verified').map(challengeOf);
  expect(new Set(verified).size).toBe(verified.length);
}

function noChallengeWasGuessedAtTooOften({ provider }: World): void {
  const counts = new Map<string | undefined, number>();
  for (const { request } of provider.checks) {
    const challenge = challengeOf(request);
    counts.set(challenge, (counts.get(challenge) ?? 0) + 1);
  }
  for (const count of counts.values()) {
    expect(count).toBeLessThanOrEqual(limits.attemptsPerChallenge);
  }
}

/** Windows are fixed, not sliding: around the boundary of two, nearly twice as many fit. */
function nobodyWasGuessedAtTooOften(world: World): void {
  const { failureWindow, failuresPerUser } = limits;
  for (const user of world.users) {
    const checks = world.provider.checks.filter(
      ({ request }) => wasRefused(request) && userOf(world, request) === user,
    );
    for (const { at } of checks) {
      const within = checks.filter(
        (other) => other.at >= at && other.at - at < failureWindow * 1000,
      );
      if (!succeededBetween(world, at, at + failureWindow * 1000)) {
        expect(within.length).toBeLessThan(2 * failuresPerUser);
      }
    }
  }
}

function succeededBetween({ provider }: World, start: number, end: number): boolean {
  return provider.checks.some(
    ({ request, at }) => request.verdict === 'accepted' && at >= start && at <= end,
  );
}

function noUsedChallengeWasCheckedAgain({ requests, provider }: World): void {
  for (const used of requests) {
    if (used.outcome?.kind !== 'verified') continue;
    const again = provider.checks.filter(
      ({ request }) => endedBefore(used, request) && challengeOf(request) === challengeOf(used),
    );
    expect(again).toEqual([]);
  }
}

function noCodeWasCheckedLate({ provider }: World): void {
  for (const { request, reference } of provider.checks) {
    const message = provider.messages.find((sent) => sent.reference === reference);
    expect(request.startedAt).toBeLessThan(message?.expiresAt ?? 0);
  }
}

/** Resends included. A success gives back the right to send that its own challenge took. */
function nobodyWasTextedTwiceInACoolDown(world: World): void {
  const { messages } = world.provider;
  for (const [index, first] of messages.entries()) {
    for (const second of messages.slice(index + 1)) {
      if (second.destination !== first.destination) continue;
      const begun = Math.min(first.request.startedAt, second.request.startedAt);
      const challenge = challengeOf(first.request);
      const succeeded = world.provider.checks.some(
        ({ request }) =>
          request.verdict === 'accepted' &&
          // Nobody knows whose challenge it is when its node died; others may have joined it.
          (challenge === undefined || challengeOf(request) === challenge),
      );
      if (!succeeded) {
        expect(second.at - begun).toBeGreaterThanOrEqual(limits.resendCooldown * 1000);
      }
    }
  }
}

/** A login whose user has a challenge that can be answered, and no newer one, gets that one. */
function whoHadAChallengeWasNotTextedAgain({ provider, requests }: World): void {
  for (const later of provider.messages) {
    if (later.request.kind !== 'login') continue;
    for (const { request, destination, expiresAt } of provider.messages) {
      if (destination !== later.destination) continue;
      if (request.outcome?.kind !== 'challenged' || !endedBefore(request, later.request)) continue;
      const tries = requests.filter(
        (response) => response.kind === 'respond' && challengeOf(response) === challengeOf(request),
      );
      const superseded = provider.messages.some(
        (sent) =>
          sent.destination === destination &&
          sent.request.number > request.number &&
          sent.request.number < later.request.number &&
          challengeOf(sent.request) !== challengeOf(request),
      );
      const overSoonest = Math.min(expiresAt, request.startedAt + limits.firstFactorMaxAge * 1000);
      const answerable = tries.length < limits.attemptsPerChallenge && later.at < overSoonest;
      const succeeded = tries.some(({ verdict }) => verdict === 'accepted');
      expect(answerable && !succeeded && !superseded).toBe(false);
    }
  }
}

/**
 * Only codes that were refused lock, and those of which nobody knows what became of them: their node
 * died, or they were under way when another one was refused.
 */
function noOutageLockedAnybody(world: World): void {
  const { requests, memory } = world;
  if (memory.failed) return;
  for (const locked of requests) {
    const { outcome } = locked;
    if (outcome?.kind !== 'refused' || outcome.refusal.code !== 'user_locked') continue;
    const responses = requests.filter(
      (request) => request.kind === 'respond' && userOf(world, request) === userOf(world, locked),
    );
    const deciding = [locked, ...responses.filter(wasRefused)];
    const counted = responses.filter(
      (response) => response.abandoned || deciding.some((decided) => wereAtOnce(response, decided)),
    );
    expect(counted.length).toBeGreaterThanOrEqual(limits.failuresPerUser);
  }
}

/** Windows are fixed, not sliding: around the boundary of two, twice as many fit. */
function nobodyWasTextedTooOften(world: World): void {
  const sent = world.provider.messages.filter(({ request }) => isKnownSent(request));
  for (const user of world.users) {
    const theirs = sent.filter((message) => ownerOf(world, message) === user);
    for (const { at } of theirs) {
      const within = theirs.filter((other) => other.at >= at && other.at - at < hour);
      expect(within.length).toBeLessThanOrEqual(2 * limits.sendsPerHour);
    }
  }
}

const isKnownSent = ({ outcome }: Request) =>
  outcome?.kind === 'challenged' && outcome.challenge.reused === false;

const sendRefusals: readonly RefusalCode[] = ['resend_too_soon', 'send_limit_reached'];

/**
 * Only messages that are known to be sent make a user wait for longer than the cooldown, those that
 * were under way at the time, and those of a node that died: as many as may be unanswered, or as many
 * as may be sent.
 */
function noOutageRefusedAnybody(world: World): void {
  if (world.memory.failed) return;
  for (const refused of world.requests) {
    const { outcome } = refused;
    if (outcome?.kind !== 'refused' || !sendRefusals.includes(outcome.refusal.code)) continue;
    if ((outcome.refusal.retryAfter ?? 0) <= limits.resendCooldown) continue;
    const counted = world.requests.filter(
      (request) =>
        request.kind !== 'respond' &&
        request !== refused &&
        userOf(world, request) === userOf(world, refused) &&
        refused.startedAt - request.startedAt < hour &&
        (isKnownSent(request) || request.abandoned || wereAtOnce(request, refused)),
    );
    const unanswered = counted.filter((request) => !wasAnswered(world, request, refused));
    const isFull =
      unanswered.length >= limits.unansweredSendsPerHour || counted.length >= limits.sendsPerHour;
    expect(isFull).toBe(true);
  }
}

/** Whether the challenge of a message had been answered rightly before another request began. */
function wasAnswered({ requests }: World, sent: Request, before: Request): boolean {
  return requests.some(
    (success) =>
      success.outcome?.kind === 'verified' &&
      challengeOf(success) === challengeOf(sent) &&
      endedBefore(sent, success) &&
      endedBefore(success, before),
  );
}

/** Who a request is about: who logs in, or whose login the posted handle came from. */
function userOf({ requests }: World, request: Request): User | undefined {
  const begun = requests.find(
    (login) => login.kind === 'login' && challengeOf(login) === challengeOf(request),
  );
  return request.user ?? begun?.user;
}

const wasRefused = ({ verdict }: Request) => verdict !== undefined && verdict !== 'accepted';

const wereAtOnce = (one: Request, other: Request) =>
  !endedBefore(one, other) && !endedBefore(other, one);

function endedBefore(one: Request, other: Request): boolean {
  return (one.endedBefore ?? Number.POSITIVE_INFINITY) <= other.number;
}
