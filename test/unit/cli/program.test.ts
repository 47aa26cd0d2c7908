import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../../../lib/cli/program.js';
import { closedGate } from '../../fixtures/gate.js';

/** Runs the program in a terminal that can be read line by line and interrupted. */
function run(...args: string[]) {
  const interrupt = closedGate();
  const errors: string[] = [];
  const lines: string[] = [];
  let heard = () => {};
  const exitCode = runProgram(args, {
    out: (line) => {
      lines.push(line);
      heard();
    },
    error: (line) => errors.push(line),
    interrupted: interrupt.opened,
  });
  onTestFinished(interrupt.open);
  return {
    lines,
    errors,
    exitCode,
    interrupt: interrupt.open,
    /** Waits until so many lines are there. */
    async printed(count: number): Promise<void> {
      while (lines.length < count) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
  };
}

async function createChallenge(line: string | undefined, password = 'emulator') {
  const url = line?.split('=').at(-1);
  return fetch(`${url}/challenges`, {
    method: 'POST',
    headers: {
      accept: 'application/vnd.modica.2fa.v1+json',
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`emulator:${password}`).toString('base64')}`,
    },
    body: JSON.stringify({ destination: '+64211234567', content: 'Hi\n%(code)s' }),
  });
}

describe('passport-modica-2fa emulator', () => {
  it('says where it is, prints each SMS as one line that ends in its code, and ends in peace', async () => {
    const program = run('emulator', '--port', '0', '--password', 'secret', '--code-length', '8');
    await program.printed(5);
    expect(program.lines[1]).toMatch(/^MODICA_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/rest\/2fa$/);
    expect(program.lines.slice(2, 4)).toEqual([
      'MODICA_USERNAME=emulator',
      'MODICA_PASSWORD=(the one you gave)',
    ]);
    expect((await createChallenge(program.lines[1], 'wrong')).status).toBe(401);
    expect((await createChallenge(program.lines[1], 'secret')).status).toBe(201);
    await program.printed(6);
    expect(program.lines[5]).toMatch(/^\S+Z to=\+64211234567 text="Hi\\n\d{8}" code=\d{8}$/);
    expect(program.lines.join()).not.toContain('secret');
    program.interrupt();
    expect(await program.exitCode).toBe(0);
    await expect(createChallenge(program.lines[1])).rejects.toThrow();
  });

  it('says what to tell the app, with the password that it has when none is given', async () => {
    const program = run('emulator', '--port', '0');
    await program.printed(5);
    expect(program.lines[3]).toBe('MODICA_PASSWORD=emulator');
  });

  it('says that the port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = Object(other.address());
    const program = run('emulator', '--port', String(port));
    expect(await program.exitCode).toBe(1);
    expect(program.errors).toEqual([
      `Cannot listen on 127.0.0.1:${port}: the port is taken: end what uses it, or choose another with --port`,
    ]);
  });

  it('says why it cannot listen on an address that is not here', async () => {
    const program = run('emulator', '--host', '192.0.2.1', '--port', '0');
    expect(await program.exitCode).toBe(1);
    expect(program.errors[0]).toMatch(/^Cannot listen on 192\.0\.2\.1:0: Error/);
  });

  it.each([
    [['--port', 'many'], '--port'],
    [['--port', '70000'], '--port'],
    [['--wrong-code', 'maybe'], '--wrong-code'],
    [['--code-length', '2'], '--code-length'],
    [['--pasword', 'x'], '--pasword'],
  ])('refuses %j and names it', async (args, name) => {
    const program = run('emulator', ...args);
    expect(await program.exitCode).toBe(2);
    expect(program.errors[0]).toContain(name);
    expect(program.errors[0]).toContain('--code-length 6');
  });
});

describe('passport-modica-2fa', () => {
  it.each([
    [['help'], 'emulator'],
    [['--help'], 'emulator'],
    [['help', 'emulator'], '--wrong-code'],
    [['emulator', '--help'], '--wrong-code'],
  ])('%j explains', async (args, text) => {
    const program = run(...args);
    expect(await program.exitCode).toBe(0);
    expect(program.lines.join()).toContain(text);
  });

  it('without a command, or with one that is not there, says what there is', async () => {
    for (const args of [[], ['emulate']]) {
      const program = run(...args);
      expect(await program.exitCode).toBe(2);
      expect(program.errors.join()).toContain('emulator');
    }
  });
});
