import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { challenge, emulate, mobile, post } from './client.js';

const body = { destination: mobile };

/** A promise and the function that resolves it. */
function gate(): { until: Promise<void>; open: () => void } {
  let open = (): void => {};
  const until = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { until, open };
}

describe('a replaced reply', () => {
  it('has the status, headers and body that the override gives', async () => {
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

  it('is an empty 503 when an unprocessed request is told nothing else', async () => {
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

  it('loses the headers that the override sets to undefined', async () => {
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

  it('can be of bytes that are no text', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({
      reply: 'replaced',
      processed: true,
      body: Uint8Array.of(0xff, 0xfe),
    });

    expect((await post(emulator, '/challenges', body)).text).toBe('\ufffd\ufffd');
  });

  it('can end before the length that it promised', async () => {
    const emulator = await emulate();
    const headers = { 'content-length': '999', connection: 'close' };
    emulator.overrideNextReply({ reply: 'replaced', processed: true, headers });

    await expect(post(emulator, '/challenges', body)).rejects.toThrow('terminated');
    expect(emulator.messages).toHaveLength(1);
  });
});

describe('a lost reply', () => {
  it('cuts the connection after the SMS was sent', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ reply: 'lost', processed: true });

    await expect(post(emulator, '/challenges', body)).rejects.toThrow('fetch failed');
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.messages).toHaveLength(1);
  });

  it('cuts the connection before the SMS was sent', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ reply: 'lost', processed: false });

    await expect(post(emulator, '/challenges', body)).rejects.toThrow('fetch failed');
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.messages).toEqual([]);
  });
});

describe('a held reply', () => {
  it('is in flight until its promise resolves, its request processed at once', async () => {
    const emulator = await emulate();
    const { until, open } = gate();
    let answered = false;
    emulator.overrideNextReply({ reply: 'held', until });
    const reply = post(emulator, '/challenges', body).finally(() => {
      answered = true;
    });

    await once(emulator, 'message');
    await nextTurn();
    expect(answered).toBe(false);
    open();
    expect((await reply).status).toBe(201);
  });

  it('holds up no other request', async () => {
    const emulator = await emulate();
    const { until, open } = gate();
    emulator.overrideNextReply({ reply: 'held', until });
    const held = post(emulator, '/challenges', body);
    await once(emulator, 'request');

    expect((await post(emulator, '/challenges', body)).status).toBe(201);
    open();
    expect((await held).status).toBe(201);
  });

  it('can be another one', async () => {
    const emulator = await emulate();
    const { until, open } = gate();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 500, until });
    const reply = post(emulator, '/challenges', body);
    await once(emulator, 'request');
    open();

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

describe('overrideNextReply', () => {
  it('overrides one reply, and the one after is true again', async () => {
    const emulator = await emulate();
    emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 500 });

    expect((await post(emulator, '/challenges', body)).status).toBe(500);
    expect((await post(emulator, '/challenges', body)).status).toBe(201);
  });

  it('queues up, the same override twice too', async () => {
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

  it('waits for the path that it names', async () => {
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

  it('can be called while a request is received, for that very request', async () => {
    const emulator = await emulate();
    emulator.on('request', () => {
      emulator.overrideNextReply({ reply: 'replaced', processed: false, status: 500 });
    });

    expect((await post(emulator, '/challenges', body)).status).toBe(500);
    expect((await post(emulator, '/challenges', body)).status).toBe(500);
  });
});
