import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { closedGate } from '../../../fixtures/gate.js';
import { emulate as emulateInfobip, sentPin, verify } from '../infobip/client.js';
import { challenge, emulate, mobile, post } from '../modica/client.js';
import { emulate as emulateNexmo, send } from '../nexmo/client.js';

const body = { destination: mobile };

describe('A replaced reply', () => {
  it('has the status, headers and body of the override', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: false,
      status: 429,
      headers: { 'Retry-After': '7', 'content-type': 'text/html' },
      body: '<h1>Slow down',
    });
    const reply = await post(emulator, '/challenges', body);

    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('7');
    expect(reply.headers.get('content-type')).toBe('text/html');
    expect(reply.text).toBe('<h1>Slow down');
  });

  it('is an empty 503 when the request is not processed and the override sets nothing', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ reply: 'replaced', processed: false });
    const reply = await post(emulator, '/challenges', body);

    expect(reply).toMatchObject({ status: 503, text: '' });
    expect(reply.headers.has('x-modica-request-id')).toBe(true);
    expect(emulator.messages).toEqual([]);
  });

  it('keeps what the override leaves out when the request is processed', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ reply: 'replaced', processed: true, status: 200 });
    const reply = await post(emulator, '/challenges', body);

    expect(reply.status).toBe(200);
    expect(reply.body).toHaveProperty('id');
    expect(emulator.messages).toHaveLength(1);
  });

  it('lacks the headers that the override sets to undefined', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: true,
      headers: { 'x-modica-request-id': undefined },
    });
    const reply = await post(emulator, '/challenges', body);

    expect(reply.status).toBe(201);
    expect(reply.headers.has('x-modica-request-id')).toBe(false);
  });

  it('can have a body of bytes that are not valid UTF-8', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: true,
      body: Uint8Array.of(0xff, 0xfe),
    });

    expect((await post(emulator, '/challenges', body)).text).toBe('\ufffd\ufffd');
  });

  it('can end before its Content-Length', async () => {
    const emulator = await emulate();
    const headers = { 'content-length': '999', connection: 'close' };
    emulator.overrideNextReply({ reply: 'replaced', processed: true, headers });

    await expect(post(emulator, '/challenges', body)).rejects.toThrow('terminated');
    expect(emulator.messages).toHaveLength(1);
  });
});

describe('A lost reply', () => {
  it('closes the connection after the SMS was sent when the request is processed', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ reply: 'lost', processed: true });

    await expect(post(emulator, '/challenges', body)).rejects.toThrow('fetch failed');
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.messages).toHaveLength(1);
  });

  it('closes the connection without an SMS when the request is not processed', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ reply: 'lost', processed: false });

    await expect(post(emulator, '/challenges', body)).rejects.toThrow('fetch failed');
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.messages).toEqual([]);
  });
});

describe('A held reply', () => {
  it('is sent once its promise resolves, while the request is processed at once', async () => {
    const emulator = await emulate();
    const gate = closedGate();
    let answered = false;
    emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    const reply = post(emulator, '/challenges', body).finally(() => {
      answered = true;
    });

    await once(emulator, 'message');
    await nextTurn();
    expect(answered).toBe(false);
    gate.open();
    expect((await reply).status).toBe(201);
  });

  it('does not delay other requests', async () => {
    const emulator = await emulate();
    const gate = closedGate();
    emulator.overrideNextReply({ reply: 'held', until: gate.opened });
    const held = post(emulator, '/challenges', body);
    await once(emulator, 'request');

    expect((await post(emulator, '/challenges', body)).status).toBe(201);
    gate.open();
    expect((await held).status).toBe(201);
  });

  it('can be a replaced reply', async () => {
    const emulator = await emulate();
    const gate = closedGate();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: false,
      status: 500,
      until: gate.opened,
    });
    const reply = post(emulator, '/challenges', body);
    await once(emulator, 'request');
    gate.open();

    expect((await reply).status).toBe(500);
  });

  it('is a 500 with the reason when its promise rejects', async () => {
    const emulator = await emulate();
    const until = once(emulator, 'request').then(() => Promise.reject(new Error('gave up')));
    emulator.overrideNextReply({ reply: 'held', until });
    const reply = await post(emulator, '/challenges', body);

    expect(reply.status).toBe(500);
    expect(reply.body).toEqual({ error: 'emulator_fault: Error: gave up' });
  });
});

describe('overrideNextReply()', () => {
  it('overrides one reply and not the one after it', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 500 });

    expect((await post(emulator, '/challenges', body)).status).toBe(500);
    expect((await post(emulator, '/challenges', body)).status).toBe(201);
  });

  it('queues overrides in order, the same object twice included', async () => {
    const emulator = await emulate();
    const outage = { reply: 'replaced', processed: false, status: 500 } as const;
    emulator.overrideNextReply(outage);
    emulator.overrideNextReply(outage);
    emulator.overrideNextReply({ ...outage, status: 502 });
    const replies = [
      await post(emulator, '/challenges', body),
      await post(emulator, '/challenges', body),
      await post(emulator, '/challenges', body),
    ];

    expect(replies.map(({ status }) => status)).toEqual([500, 500, 502]);
  });

  it('overrides the reply to the path that it names', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({
      path: '/responses',
      reply: 'replaced',
      processed: false,
      status: 500,
    });
    const { id, code } = await challenge(emulator);
    const response = { challenge_id: id, code };

    expect((await post(emulator, '/responses', response)).status).toBe(500);
    expect((await post(emulator, '/responses', response)).status).toBe(201);
  });

  it('can be called in a request listener, for that very request', async () => {
    const emulator = await emulate();
    emulator.on('request', () => {
      emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 500 });
    });

    expect((await post(emulator, '/challenges', body)).status).toBe(500);
    expect((await post(emulator, '/challenges', body)).status).toBe(500);
  });

  it("names a resource of Infobip's API by its path template", async () => {
    const emulator = await emulateInfobip();
    const { id, code } = await sentPin(emulator);
    emulator.overrideNextReply({
      path: '/2fa/2/pin/{pinId}/verify',
      reply: 'replaced',
      processed: false,
    });

    expect(await verify(emulator, id, code)).toMatchObject({ status: 503, text: '' });
    expect(await verify(emulator, id, code)).toMatchObject({ status: 200 });
  });

  it("names one of Nexmo's two APIs by its path", async () => {
    const emulator = await emulateNexmo();
    emulator.overrideNextReply({ path: '/conversions/sms', reply: 'replaced', processed: false });
    emulator.overrideNextReply({ path: '/sc/us/2fa/json', reply: 'lost', processed: true });

    await expect(send(emulator)).rejects.toThrow('fetch failed');
    expect(emulator.messages).toHaveLength(1);
    const conversion = await fetch(`${emulator.url}/conversions/sms`, { method: 'POST' });
    expect(conversion.status).toBe(503);
  });
});
