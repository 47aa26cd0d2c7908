import type { Scheduler } from 'fast-check';
import { vi } from 'vitest';
import { readHandle } from '../../../lib/challenge/handle.js';
import { unlockUser } from '../../../lib/flow/administration.js';
import {
  createFlowContext,
  type FlowContext,
  type LoadUser,
  type PhaseRequest,
} from '../../../lib/flow/flow-context.js';
import { resendCode } from '../../../lib/flow/resend-code.js';
import { startChallenge } from '../../../lib/flow/start-challenge.js';
import { verifyCode } from '../../../lib/flow/verify-code.js';
import { Translations } from '../../../lib/message/translations.js';
import type { Outcome } from '../../../lib/outcome.js';
import { hour } from '../../fixtures/clock.js';
import { limitSettings } from '../../fixtures/limits.js';
import { ModelMemory } from './memory.js';
import { ModelProvider } from './provider.js';
import { current, type Request, type User } from './requests.js';

/** Small enough for a few steps to reach every one of them. */
export const limits = limitSettings({
  attemptsPerChallenge: 3,
  failuresPerUser: 4,
  consecutiveFailures: 12,
  sendsPerHour: 5,
  unansweredSendsPerHour: 3,
});

const nodes = 2;

/** Ticks of the microtask queue. */
const longestChain = 300;

/**
 * An app on two nodes with one memory, its users, and everybody who ever posts something. Each
 * operation on the memory and the provider waits for its turn, and the scheduler decides whose it is.
 */
export class World {
  readonly users: readonly User[] = ['+64211111111', '+64212222222'].map((mobile, index) => ({
    id: index + 1,
    mobile,
    numbers: [mobile],
  }));
  readonly requests: Request[] = [];
  /** Every handle that any client has ever received: an attacker with one of them can post it. */
  readonly handles: string[] = [];
  readonly provider = new ModelProvider(() => this.turn());
  readonly memory: ModelMemory;
  private readonly contexts: readonly FlowContext<User>[];

  constructor(
    private readonly scheduler: Scheduler,
    { isSynchronous }: { readonly isSynchronous: boolean },
  ) {
    this.memory = new ModelMemory(() => this.turn(), isSynchronous);
    this.contexts = Array.from({ length: nodes }, () => this.startNode());
  }

  private readonly load: LoadUser<User> = async ({ userId }) => ({
    user: this.users.find(({ id }) => id === userId),
  });

  /** Lets others go first; for the request of a node that has died it never comes back. */
  async turn(): Promise<void> {
    await this.scheduler.schedule(Promise.resolve());
    if (current.getStore()?.abandoned) await new Promise(() => {});
  }

  login(node: number, user: User): Request {
    return this.start({ kind: 'login', node, user, handle: undefined }, (context) =>
      startChallenge(context, asking(user), { held: undefined, load: this.load, trace: {} }),
    );
  }

  resend(node: number, handle: string): Request {
    return this.start({ kind: 'resend', node, user: undefined, handle }, (context) =>
      resendCode(context, answering(handle), asking(undefined), { channel: 'sms', trace: {} }),
    );
  }

  respond(node: number, handle: string, code: string): Request {
    return this.start({ kind: 'respond', node, user: undefined, handle }, (context) =>
      verifyCode(context, answering(handle), asking(undefined), {
        trace: {},
        code,
        load: this.load,
      }),
    );
  }

  /** A node dies and another replaces it; its pending requests are never answered. */
  kill(node: number): void {
    for (const request of this.requests) {
      if (request.node === node && request.endedBefore === undefined) request.abandoned = true;
    }
  }

  async changeNumber(user: User): Promise<void> {
    await this.settle();
    const changes = this.users.flatMap(({ numbers }) => numbers).length;
    user.mobile = `+6421300000${changes}`;
    user.numbers.push(user.mobile);
  }

  /** All that failed works again, a day has passed, and support has let everybody in again. */
  async heal(): Promise<void> {
    await this.settle();
    this.provider.faults.clear();
    this.memory.faults.clear();
    vi.setSystemTime(Date.now() + 25 * hour);
    const unlocked = this.users.map(({ id }) => unlockUser(this.contextOf(0), id));
    await this.scheduler.waitFor(Promise.all(unlocked));
  }

  /** Lets some of what is under way happen. */
  async goOn(turns: number): Promise<void> {
    for (let turn = 0; turn < turns && this.scheduler.count() > 0; turn += 1) {
      await this.scheduler.waitNext(1);
    }
  }

  /** Lets everything happen that is under way. */
  async settle(): Promise<void> {
    do {
      await this.scheduler.waitIdle();
      // With a synchronous memory there may be many promises from one turn to the next.
      for (let ticks = 0; ticks < longestChain; ticks += 1) await undefined;
    } while (this.scheduler.count() > 0);
  }

  private startNode(): FlowContext<User> {
    return createFlowContext<User>({
      name: 'model',
      realm: 'users',
      provider: this.provider,
      limits,
      storage: this.memory,
      verifyTimeout: 1000,
      translations: new Translations(),
      userId: (user) => user.id,
      destination: (user) => user.mobile,
    });
  }

  private start(
    about: Pick<Request, 'kind' | 'node' | 'handle' | 'user'>,
    run: (context: FlowContext<User>) => Promise<Outcome<User>>,
  ): Request {
    const request: Request = {
      ...about,
      number: this.requests.length,
      startedAt: Date.now(),
      mobileOf: new Map(this.users.map(({ id, mobile }) => [id, mobile])),
      abandoned: false,
      endedBefore: undefined,
      verdict: undefined,
      outcome: undefined,
      error: undefined,
    };
    this.requests.push(request);
    void current.run(request, async () => {
      try {
        request.outcome = await run(this.contextOf(about.node));
        const given = request.outcome.handle;
        if (typeof given === 'string') this.handles.push(given);
      } catch (error) {
        request.error = error;
      }
      request.endedBefore = this.requests.length;
    });
    return request;
  }

  private contextOf(node: number): FlowContext<User> {
    const context = this.contexts[node];
    if (context === undefined) throw new Error(`There is no node ${node}`);
    return context;
  }
}

function asking(user: User | undefined): PhaseRequest<User> {
  return {
    purpose: 'login',
    user,
    transaction: undefined,
    newDestination: undefined,
    ip: undefined,
    locale: 'en',
    isRequired: async () => true,
    deviceChecks: [],
  };
}

function answering(text: string) {
  const handle = readHandle(text);
  return handle && { handle, claimed: true };
}
