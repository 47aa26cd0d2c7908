import type { Request } from 'express';
import type { z } from 'zod';
import { writeBinding } from '../binding.js';
import type { ChallengeInfo, Purpose, UserId } from '../challenge.js';
import { withDeadline } from '../deadline.js';
import { SetupError } from '../errors.js';
import { Flow } from '../flow/flow.js';
import { callbackOverdue } from '../flow/people.js';
import type { LoadUser, PhaseRequest } from '../flow/request.js';
import type { optionsSchema, routeSchema } from '../options/schema.js';
import { type Outcome, refuse } from '../outcome.js';
import type { Pointer } from '../pointer.js';
import { BodyCarrier, type Carrier, type CarryingRequest, SessionCarrier } from './carrier.js';
import { field, type Intent, readIntent } from './intent.js';

type Options<TUser> = z.output<ReturnType<typeof optionsSchema<TUser>>>;
type Route = z.output<typeof routeSchema>;

/** One request: what it posts goes in, an outcome comes out, and the client's pointer is kept. */
export class Exchange<TUser> {
  private readonly flow: Flow<TUser>;
  private readonly carrier: Carrier;

  constructor(private readonly options: Options<TUser>) {
    this.flow = new Flow(options);
    this.carrier =
      options.carrier === 'session'
        ? new SessionCarrier(options.name)
        : new BodyCarrier(options.challengeField);
  }

  async run(request: Request, route: Route, load: LoadUser<TUser>): Promise<Outcome<TUser>> {
    const { purpose } = route;
    const intent = readIntent(request.body, route.phase, this.options);
    // A link or an image on another site can make a browser GET; it must not make us text anybody.
    if (intent.kind !== 'response' && request.method !== 'POST')
      return refuse('method_not_allowed');
    // Read before anything is sent: a missing session must not cost an SMS.
    const pointer = this.carrier.read(request, purpose);
    const phase = await this.phaseRequest(request, route, intent.kind === 'challenge');
    const outcome = await this.runFlow(intent, pointer, phase, load);
    if (outcome.pointer === undefined) return outcome;
    this.carrier.write(request, purpose, outcome.pointer);
    return this.options.carrier === 'body' && outcome.kind === 'challenged'
      ? { ...outcome, challenge: { id: outcome.pointer, ...outcome.challenge } }
      : outcome;
  }

  async pending(request: CarryingRequest, purpose: Purpose): Promise<ChallengeInfo | undefined> {
    const pointer = this.carrier.read(request, purpose);
    return pointer && this.flow.pending(pointer, purpose);
  }

  unlock(userId: UserId): Promise<void> {
    return this.flow.unlock(userId);
  }

  private runFlow(
    intent: Intent,
    pointer: Pointer | undefined,
    phase: PhaseRequest<TUser>,
    load: LoadUser<TUser>,
  ): Promise<Outcome<TUser>> {
    if (intent.kind === 'challenge') return this.flow.challenge(phase);
    if (intent.kind === 'resend') return this.flow.resend(pointer, phase);
    return this.flow.respond(pointer, phase, { code: intent.code, load });
  }

  private async phaseRequest(
    request: Request,
    { purpose, binding, destination }: Route,
    first: boolean,
  ): Promise<PhaseRequest<TUser>> {
    const { user } = request;
    const { verifyTimeout } = this.options;
    const loggedIn = isLoggedIn(request);
    if (purpose === 'login' && first && user && loggedIn) throw undoHalfALogin(request);
    if (purpose === 'enrol' && destination === undefined) throw noNewNumber();
    return {
      purpose,
      // In a login's second phase the session's user, if there is one, has no say.
      user: isUser<TUser>(user) && !(purpose === 'login' && loggedIn) ? user : undefined,
      binding:
        binding &&
        writeBinding(
          await withDeadline(verifyTimeout, () => binding(request), callbackOverdue('binding')),
        ),
      newDestination:
        purpose === 'enrol' &&
        destination &&
        (await withDeadline(
          verifyTimeout,
          () => destination(request),
          callbackOverdue('destination'),
        )),
      ip: request.ip,
    };
  }
}

/** Whoever the app's first factor or session put there is the app's kind of user. */
function isUser<TUser>(user: unknown): user is TUser {
  return typeof user === 'object' && user !== null;
}

/** Passport's own login, as `passport.session()` will find it at the next request. */
function isLoggedIn(request: CarryingRequest): boolean {
  return field(field(request.session, 'passport'), 'user') !== undefined;
}

/**
 * Passport has written the login that must not be into the session, and only taking it out again
 * closes what is open. It is the one thing that is touched here besides the key of our own.
 */
function undoHalfALogin({ session }: CarryingRequest): SetupError {
  Reflect.deleteProperty(Object(session), 'passport');
  return new SetupError('first_factor_logged_in', {
    problem:
      'The session was logged in before the second factor, so the first one alone would have counted as a whole login; it is logged out again.',
    cure: "Either the first factor lacks { session: false }: passport.authenticate('local', { session: false }). Or somebody who was logged in logs in again: call req.logout before the first factor.",
  });
}

function noNewNumber(): SetupError {
  return new SetupError('route_option_invalid', {
    problem: "The route has purpose: 'enrol' but does not say which number is to be proved.",
    cure: "Add destination: (req) => …, which gives the new number from the server's side.",
  });
}
