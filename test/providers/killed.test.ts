import { expect, it } from 'vitest';
import { second, stopClock } from '../fixtures/clock.js';
import { closedGate } from '../fixtures/gate.js';
import { expectNoLeaks } from '../fixtures/leaks.js';
import type { Provided } from './profile.js';
import { infobipManyTimes } from './profiles/infobip.js';
import { modicaByError } from './profiles/modica.js';
import { eachOf, type Person, phonesOf, somePeople, startApi } from './thousand.js';

/** `npm run test:long` runs a thousand. */
const logins = Number(process.env['LOGINS'] ?? 200);
const atOnce = 50;

/** Pending requests of each kind when the provider dies. */
const inFlight = 10;

/** Accepts that many requests of each kind, answers none of them, and closes every connection. */
async function killWithRequestsInFlight({ overrideNextReply, checks, emulator, sends }: Provided) {
  const gate = closedGate();
  const full = closedGate();
  const [sent, checked] = [sends(), checks()];
  for (let each = 0; each < inFlight; each += 1) {
    overrideNextReply('send', { reply: 'held', until: gate.opened });
    overrideNextReply('check', { reply: 'held', until: gate.opened });
  }
  emulator.on('request', () => {
    if (sends() >= sent + inFlight && checks() >= checked + inFlight) full.open();
  });
  await full.opened;
  await emulator.stop();
  gate.open();
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

it(`a provider that dies in the middle of ${logins} logins fails no login, and sends no SMS twice`, async () => {
  expectNoLeaks();
  const clock = stopClock();
  const spare = await infobipManyTimes.start();
  const people = somePeople(logins);
  const { provided: first, post } = await startApi(modicaByError, spare.provider, people);
  const { codesOf } = phonesOf(first, spare);

  const enter = async (person: Person, challenge: unknown, code: string | undefined) => {
    const { status, body } = await post('/code', { challenge, code });
    if (status === 200) person.loggedInAs = body.id;
    if (body.code === 'code_incorrect' || status === 504) person.spent += 1;
    if (status === 504) person.lost += 1;
    if (status === 503 || status === 504) person.stuck = 'the code could not be checked';
  };

  const challenges = new Map<Person, unknown>();
  const logIn = async (person: Person) => {
    const { id } = person;
    const asked = await post('/login', { id });
    // A user who sees an error logs in again, which must not send a second SMS.
    const { challenge } = asked.status === 504 ? (await post('/login', { id })).body : asked.body;
    challenges.set(person, challenge.id);
    if (challenge.delivery === 'unknown') person.stuck = 'the SMS is unknown';
    const [code] = codesOf(person);
    if (id % 10 === 0) await enter(person, challenge.id, code === '987654' ? '876543' : '987654');
    await enter(person, challenge.id, code);
    if (person.loggedInAs === undefined) await enter(person, challenge.id, code);
  };

  let killing: Promise<void> | undefined;
  await eachOf(people, atOnce, async (person) => {
    if (person.id === logins / 2) killing = killWithRequestsInFlight(first);
    await logIn(person);
  });
  await killing;

  const stuck = people.filter(({ loggedInAs }) => loggedInAs === undefined);
  const why = (reason: Person['stuck']) => stuck.filter((person) => person.stuck === reason).length;
  expect(why('the SMS is unknown')).toBeGreaterThanOrEqual(inFlight);
  expect(why('the code could not be checked')).toBeGreaterThanOrEqual(inFlight);
  expect(why('the SMS is unknown') + why('the code could not be checked')).toBe(stuck.length);
  expect(stuck.length).toBeLessThanOrEqual(2 * atOnce);
  expect(people.filter((person) => codesOf(person).length > 1)).toEqual([]);

  // The first request for another SMS.
  clock.advance(30 * second);
  await eachOf(stuck, atOnce, async (person) => {
    const challenge = challenges.get(person);
    const { body: pending } = await post('/pending', { challenge });
    expect(pending.attemptsRemaining).toBe(5 - person.spent);
    person.resends += 1;
    expect((await post('/code', { challenge, resend: true })).body.code).toBe('challenge_sent');
    await enter(person, challenge, codesOf(person).at(-1));
  });

  expect(people.filter(({ id, loggedInAs }) => loggedInAs !== id)).toEqual([]);
  const texted = people.map((person) => codesOf(person).length);
  expect(texted.filter((times) => times === 0)).toEqual([]);
  expect(people.filter((person) => codesOf(person).length > 1 + person.resends)).toEqual([]);
  expect(first.emulator.messages.length + spare.emulator.messages.length).toBe(sumOf(texted));
  // Each wrong and each correct code is checked once, by the provider that sent it; a lost one perhaps.
  const lost = sumOf(people.map((person) => person.lost));
  const answered = logins + sumOf(people.map((person) => person.spent)) - lost;
  const checks = first.checks() + spare.checks();
  expect(checks).toBeGreaterThanOrEqual(answered + inFlight);
  expect(checks).toBeLessThanOrEqual(answered + lost);
});
