import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { supportUser } from '../../example-app/express/src/demonstration.js';
import { browserOf } from './browser-of.js';
import { routesOf, startDemonstration } from './example.js';

const sibling = 'https://blog.app.example';
const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' };

/** What a page of a sibling domain can make a browser send without asking first (CORS). */
const sent: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a form without fields', { ...form, origin: sibling, 'sec-fetch-site': 'same-site' }],
  ['such a form in an old browser', { ...form, origin: sibling }],
  ['such a form of a page that hides its origin', { ...form, origin: 'null' }],
  ['such a form, all headers of browsers lost on the way', form],
  [
    'such a form as plain text',
    { ...form, 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' },
  ],
  ['a script without a body', { 'content-length': '0', origin: sibling }],
];

/** A support agent, who has every route, is logged in and has just entered a code. */
async function start() {
  const demo = await startDemonstration();
  const { agent, logIn } = browserOf(demo);
  await logIn(supportUser);
  await agent.post('/api/payments').send({ payee: 'Bakery', amount: '12.50' }).expect(201);
  return { ...demo, agent };
}

describe('A page of a sibling domain', () => {
  it.each(sent)('A43: %s gets nothing done on any route', async (_what, headers) => {
    const { app, agent, emulator } = await start();
    // Whatever is neither GET nor POST another origin must ask for.
    const posts = routesOf(app.router).filter((route) => route.startsWith('POST '));
    expect(posts.length).toBeGreaterThan(15);

    for (const route of posts) {
      const path = route.replace('POST ', '').replace(':id', '1');
      const { status } = await agent.post(path).set(headers);
      expect([403, 415], route).toContain(status);
    }
    expect(emulator.messages).toHaveLength(1);
    await agent.get('/api/me').expect(200);
  });

  it('A43: cannot post, and gets a readable refusal on a page and in JSON', async () => {
    const { agent } = await start();
    const headers = { ...form, origin: sibling, 'accept-language': 'es' };

    const page = await agent.post('/logout').set(headers).expect(403);
    expect(page.text).toContain('No se permiten solicitudes desde otros sitios.');
    const { body } = await agent.post('/api/logout').set(headers).expect(403);
    expect(body).toEqual({
      code: 'cross_origin',
      message: 'No se permiten solicitudes desde otros sitios.',
    });
  });

  it('A43: can still link to every page', async () => {
    const { agent } = await start();

    await agent.get('/account').set({ 'sec-fetch-site': 'same-site', origin: sibling }).expect(200);
  });
});

describe('A logout', () => {
  it.each([
    ['a page of the app', { 'sec-fetch-site': 'same-origin' }],
    ['a person', { 'sec-fetch-site': 'none' }],
    ['a client that is no browser', {}],
  ])('by %s is taken', async (_what, headers) => {
    const { agent } = await start();

    await agent.post('/api/logout').set(headers).expect(204);
  });

  it("A43: in an old browser is accepted from the app's origin only", async () => {
    const { agent, url } = await start();

    await agent.post('/api/logout').set('origin', url.replace('http:', 'https:')).expect(403);
    await agent.post('/api/logout').set('origin', `${url}1`).expect(403);
    await agent.post('/api/logout').set('origin', url).expect(204);
  });

  it("has an Origin header on the app's pages, because of their referrer policy", async () => {
    const { url } = await startDemonstration();

    await request(url).get('/login').expect('Referrer-Policy', 'same-origin');
  });
});
