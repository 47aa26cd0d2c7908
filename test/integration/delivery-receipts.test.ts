import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../../lib/errors.js';
import { type Provider, type Storage, type Store, TwoFactorStrategy } from '../../lib/index.js';
import { deliveryReceipts } from '../../lib/providers/nexmo/delivery-receipts.js';
import { sign } from '../../lib/providers/nexmo/signature.js';
import { startApp } from '../fixtures/app.js';
import { minute, stopClock } from '../fixtures/clock.js';
import { closedGate } from '../fixtures/gate.js';
import { failingMemory, someMemory } from '../fixtures/memory.js';
import { thrownBy } from '../fixtures/thrown.js';

/** A provider whose messages have ids: message-1, message-2, … */
function providerWithReceipts(early?: () => Promise<unknown>): Provider {
  let sent = 0;
  return {
    name: 'own',
    codePattern: /^\d{6}$/,
    codeLifetime: 300,
    timeout: 1000,
    send: async () => {
      sent += 1;
      const messageId = `message-${sent}`;
      await early?.();
      return { kind: 'sent', reference: messageId, codeLifetime: 300, messageId };
    },
    check: async () => ({ verdict: 'rejected' }),
  };
}

/** An app with a code page and a webhook. */
async function startWithReceipts(
  signatureSecret?: string,
  early: object[] = [],
  storage?: Storage,
) {
  const memory = storage ?? (await someMemory());
  const statuses: number[] = [];
  const strategy = new TwoFactorStrategy<Express.User>(
    {
      ...memory,
      name: 'own',
      provider: providerWithReceipts(async () => {
        for (const receipt of early) {
          statuses.push((await parts.client().post('/receipts').send(receipt)).status);
        }
      }),
      destination: (user) => user.mobile,
    },
    async () => undefined,
  );
  const parts = await startApp({
    routes: ({ app, passport, password }) => {
      passport.use(strategy);
      const route = { failWithError: true };
      app.post('/own', password, passport.authenticate('own', { ...route, phase: 'challenge' }));
      app.post('/own/code', passport.authenticate('own', { ...route, phase: 'response' }));
      app.get('/own/code', async (request, response) => {
        response.json(await strategy.pending(request));
      });
      const { store } = memory;
      app.all(
        '/receipts',
        express.urlencoded({ extended: false }),
        deliveryReceipts({ store, ...(signatureSecret && { signatureSecret }) }),
      );
    },
  });
  const alice = parts.browser();
  await alice.post('/own', { username: 'alice', password: 'right' });
  const shown = async () => (await alice.get('/own/code')).body;
  return { alice, client: parts.client, shown, statuses };
}

const failed = { messageId: 'message-1', status: 'failed', 'err-code': '11' };

/** A receipt as Nexmo writes it, with its times. */
function writtenAt(time: number, secret: string | undefined, messageId = 'message-1') {
  const receipt = {
    ...failed,
    messageId,
    'message-timestamp': new Date(time).toISOString().slice(0, 19).replace('T', ' '),
    timestamp: String(Math.floor(time / 1000)),
  };
  if (secret === undefined) return receipt;
  return { ...receipt, sig: sign(receipt, { secret, algorithm: 'md5hash' }) };
}

describe('A delivery receipt', () => {
  it.each(['GET', 'a form', 'JSON'])(
    'with %s shows on the code page that the SMS did not arrive',
    async (way) => {
      const { client, shown } = await startWithReceipts();
      expect(await shown()).toMatchObject({ delivery: 'sent' });
      const post = client().post('/receipts');
      if (way === 'GET') await client().get('/receipts').query(failed).expect(200);
      else if (way === 'JSON') await post.send(failed).expect(200);
      else await post.type('form').send(failed).expect(200);
      expect(await shown()).toMatchObject({
        delivery: 'undelivered',
        deliveryProblem: 'there is no route',
      });
    },
  );

  it('is not expected for a message without an id', async () => {
    const { memory, failWriting } = await failingMemory();
    failWriting('receipt:');
    const { browser } = await startApp({ strategy: memory });
    expect((await browser().login()).body.code).toBe('challenge_sent');
  });

  it('shows an arrival, and changes nothing while the SMS is under way', async () => {
    const { client, shown } = await startWithReceipts();
    await client()
      .post('/receipts')
      .send({ messageId: 'message-1', status: 'buffered' })
      .expect(200);
    expect(await shown()).toMatchObject({ delivery: 'sent' });
    await client()
      .post('/receipts')
      .send({ messageId: 'message-1', status: 'delivered' })
      .expect(200);
    expect(await shown()).toMatchObject({ delivery: 'delivered' });
    await client().post('/receipts').send(failed).expect(200);
    expect(await shown()).not.toHaveProperty('deliveryProblem');
  });

  it('without a reason shows none', async () => {
    const { client, shown } = await startWithReceipts();
    await client().post('/receipts').send({ messageId: 'message-1', status: 'failed' }).expect(200);
    const { delivery, deliveryProblem } = await shown();
    expect([delivery, deliveryProblem]).toEqual(['undelivered', undefined]);
  });

  it('is accepted as long as its challenge is stored', async () => {
    const memory = await someMemory();
    const set = vi.spyOn(memory.store, 'set');
    await startWithReceipts(undefined, [], memory);
    const lifetimes = new Map(
      set.mock.calls.map(([key, , ttl]) => [key.replace(/^[^:]*:|:[^:]*$/g, ''), ttl]),
    );
    expect(lifetimes.get('receipt')).toBeGreaterThanOrEqual(
      lifetimes.get('challenge') ?? Number.NaN,
    );
  });

  it('of an older message does not affect the newer one', async () => {
    const clock = stopClock();
    const { alice, client, shown } = await startWithReceipts();
    clock.advance(minute);
    await alice.post('/own/code', { resend: true });
    await client().post('/receipts').send(failed).expect(200);
    expect(await shown()).toMatchObject({ delivery: 'sent' });
  });

  it.each([undefined, 'secret'])(
    'that overtakes the answer to the send is requested again, signed or not: %s',
    async (secret) => {
      stopClock();
      const receipt = writtenAt(Date.now(), secret);
      const { client, shown, statuses } = await startWithReceipts(secret, [receipt]);
      expect(statuses).toEqual([503]);
      expect(await shown()).toMatchObject({ delivery: 'sent' });
      await client().post('/receipts').send(receipt).expect(200);
      expect(await shown()).toMatchObject({ delivery: 'undelivered' });
    },
  );

  it.each([
    ['of a minute ago', -60_000, 200],
    ['of just now', -59_000, 503],
    ['by a clock that is ahead', 59_000, 503],
    ['by a clock that is further ahead', 61_000, 200],
  ])('of an unknown message is not requested again for ever: %s', async (_when, age, status) => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    stopClock(now);
    const { client } = await startWithReceipts('secret');
    const receipt = writtenAt(now + age, 'secret', 'message-9');
    const answer = await client().post('/receipts').send(receipt);
    expect(answer.status).toBe(status);
  });

  it('with a forged signature is not requested again', async () => {
    const { client } = await startWithReceipts('secret');
    const forged = { ...writtenAt(Date.now(), 'another', 'message-9') };
    await client().post('/receipts').send(forged).expect(401);
  });

  it.each([
    ['an unknown message', { messageId: 'message-9', status: 'failed' }],
    ['nothing', {}],
    ['an inbound SMS', { msisdn: '12125550123', to: '12345', text: 'STOP' }],
    ['a list for an id', { messageId: ['message-1'], status: 'failed' }],
    ['an object for a status', { messageId: 'message-1', status: { $ne: null } }],
  ])('is answered 200 and changes nothing: %s', async (_what, body) => {
    const { client, shown } = await startWithReceipts();
    await client().post('/receipts').send(body).expect(200);
    expect(await shown()).toMatchObject({ delivery: 'sent' });
  });

  it.each([
    ['without a signature', failed],
    ['with a forged one', { ...failed, timestamp: '1', nonce: 'n', sig: '0'.repeat(32) }],
  ])('is answered 401 when receipts must be signed: %s', async (_what, body) => {
    const { client, shown } = await startWithReceipts('secret');
    await client().post('/receipts').send(body).expect(401);
    expect(await shown()).toMatchObject({ delivery: 'sent' });
  });

  it('that cannot be stored is not confirmed, so that it is sent again', async () => {
    const { memory, failAlways } = await failingMemory();
    const { store } = memory;
    failAlways('get');
    const { client } = await startApp({
      routes: ({ app }) => void app.post('/receipts', deliveryReceipts({ store })),
    });
    const answer = await client().post('/receipts').send(failed);
    expect([answer.status, answer.body.code]).toEqual([500, 'store_failed']);
  });

  it('is stored in this process without a storage option', async () => {
    const { client } = await startApp({
      routes: ({ app }) => void app.post('/receipts', deliveryReceipts()),
    });
    await client().post('/receipts').send(failed).expect(200);
  });

  it.each([{ store: {} }, { signatureSecret: '' }, { algorithm: 'md5' }, { secret: 'x' }])(
    'cannot be configured with the options %j',
    async (options) => {
      const error = await thrownBy(ConfigurationError, () => deliveryReceipts(Object(options)));
      expect(error.code).toBe('option_invalid');
    },
  );
});

describe('A receipt that the app has already answered', () => {
  it('is not answered again', async () => {
    const faults: unknown[] = [];
    const handled = closedGate();
    const { store } = await someMemory();
    const slow: Store = {
      get: async (key) => {
        setImmediate(() => setImmediate(handled.open));
        return store.get(key);
      },
      set: (key, value, ttl) => store.set(key, value, ttl),
      delete: (key) => store.delete(key),
    };
    const { client } = await startApp({
      routes: ({ app }) => {
        // As a timeout does, while the store is slow.
        const answered: RequestHandler = (_request, response, next) => {
          response.sendStatus(504);
          next();
        };
        const fault: ErrorRequestHandler = (error, _request, _response, _next) => {
          faults.push(error);
        };
        app.post('/late', answered, deliveryReceipts({ store: slow }), fault);
      },
    });
    expect((await client().post('/late').send(failed)).status).toBe(504);
    await handled.opened;
    expect(faults).toEqual([]);
  });
});
