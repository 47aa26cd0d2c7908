import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import { openDatabase } from '../../../example-app/express/src/database.js';
import { Users } from '../../../example-app/express/src/users.js';
import { startEmulator } from '../../fixtures/emulator.js';
import { type Program, startProgram } from '../../fixtures/program.js';

/** As somebody does who starts the example. */
export async function buildExample(): Promise<void> {
  await promisify(execFile)('npm', ['run', 'build', '--workspace', 'example-app/express']);
}

export const kiri = { username: 'kiri', password: 'correct horse', mobile: '+64219876543' };

async function registerKiri(url: string): Promise<void> {
  const { mobile, ...registration } = kiri;
  const database = await openDatabase(url);
  await new Users(database).create(registration, { mobile });
  await database.close();
}

/** The path of a file of SQLite that does not exist yet. */
export function newFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'example-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'app.sqlite');
}

/** What processes of the example share: Modica, and a database in which Kiri is registered. */
export async function startSurroundings(
  prepare: (url: string) => Promise<void> = registerKiri,
  url = newFile(),
) {
  await prepare(url);

  const emulator = await startEmulator();
  const environment = {
    DATABASE_URL: url,
    SESSION_SECRET: 'a secret of at least thirty-two characters',
    MODICA_USERNAME: emulator.account.username,
    MODICA_PASSWORD: emulator.account.password,
    MODICA_BASE_URL: emulator.account.baseUrl,
  };
  const start = (settings: Readonly<Record<string, string>> = {}) =>
    startProgram(path.resolve('example-app/express/dist/main.js'), { ...environment, ...settings });
  return { emulator, start, url };
}

/** A client that keeps its cookies, whichever process answers: a port is no part of a cookie. */
export function browser() {
  const agent = request.agent('');
  const post = ({ url }: Program, place: string, body: object) =>
    agent.post(url + place).send(body);
  return {
    post,
    get: ({ url }: Program, place: string) => agent.get(url + place),
    login: (at: Program) => post(at, '/api/login', kiri),
    enter: (at: Program, code: string) => post(at, '/api/login/code', { code }),
    resend: (at: Program) => post(at, '/api/login/code', { resend: true }),
  };
}
