import { Controller, Post, UseFilters, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { describe, expect, it } from 'vitest';
import { createRedirectFilter, createTwoFactorGuard } from '../../../lib/nestjs/index.js';
import { startWithModule } from './module-app.js';

const page = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';
const alice = { username: 'alice', password: 'right' };

async function startWith(...[redirectFor]: Parameters<typeof createRedirectFilter>) {
  @Controller()
  @UseFilters(createRedirectFilter(redirectFor))
  class LoginController {
    @Post('login')
    @UseGuards(AuthGuard('local'), createTwoFactorGuard({ phase: 'challenge' }))
    login() {}
  }
  const { post, emulator, logged } = await startWithModule({ controllers: [LoginController] });
  return {
    emulator,
    logged,
    login: (accept: string) => post('/login', alice).set('Accept', accept),
  };
}

describe('createRedirectFilter', () => {
  it('redirects a browser with 303 to the path for the refusal', async () => {
    const { login } = await startWith(({ code }) => `/login/code?${code}`);
    const { headers } = await login(page).expect(303);
    expect(headers['location']).toBe('/login/code?challenge_sent');
  });

  it('answers a client that accepts anything in JSON', async () => {
    const { login } = await startWith(() => '/login/code');
    expect((await login(page).unset('Accept').expect(401)).body.code).toBe('challenge_sent');
  });

  it.each(['application/json', '*/*'])(
    'answers a client that accepts %s in JSON',
    async (accept) => {
      const { login } = await startWith(() => '/login/code');
      const { body } = await login(accept).expect(401);
      expect(body).toMatchObject({ statusCode: 401, code: 'challenge_sent' });
    },
  );

  it('answers in JSON where the function returns no path', async () => {
    const { login } = await startWith(() => undefined);
    expect((await login(page).expect(401)).body.code).toBe('challenge_sent');
  });

  it.each(['https://evil.example', '//evil.example', '/\\evil.example'])(
    'A23: does not redirect to %s',
    async (path) => {
      const { login } = await startWith(() => path);
      expect((await login(page).expect(401)).headers).not.toHaveProperty('location');
    },
  );

  it('is a fault with a function that returns a promise, whose rejection does not end the process', async () => {
    const { login, logged } = await startWith(
      Object(async () => {
        throw new Error('No path.');
      }),
    );
    const { body } = await login(page).expect(500);
    expect(body.code).toBe('option_invalid');
    expect(String(logged)).toContain('"redirectFor" returned a promise');
  });

  it('answers a fault with its status, and asks for no path', async () => {
    const { login, emulator } = await startWith(() => expect.unreachable());
    await emulator.stop();
    const { body } = await login(page).expect(503);
    expect(body.code).toBe('provider_unavailable');
  });
});
