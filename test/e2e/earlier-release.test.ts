import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Users } from '../../example-app/express/src/users.js';
import { someAppDatabase } from './app-database.js';
import { browserOf } from './browser-of.js';
import { earlierReleases, writeEarlierFile } from './earlier-release.js';
import { type EnrolledUser, startDemonstration } from './example.js';

const kiri = { username: 'kiri', password: 'correct horse', mobile: '+64219876543' };
const tane = { username: 'tane', password: 'battery staple', mobile: '+64219876544' };

describe.each(earlierReleases)('A database file of a release $name', (release) => {
  const { passwordVersion } = release;

  async function earlierFile(...earlier: EnrolledUser[]): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'example-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'users.sqlite');
    await writeEarlierFile(file, release, earlier);
    return file;
  }

  /** What the app reads in a file. */
  async function open(file: string): Promise<Users> {
    return new Users(await someAppDatabase(file));
  }

  it('still works: its users log in with a code at their number, and change their password', async () => {
    const demo = await startDemonstration({ DATABASE_URL: await earlierFile(kiri, tane) });
    const somebody = browserOf(demo);

    await somebody.logIn(kiri, { trust: true });
    expect(demo.emulator.messages.map(({ to }) => to)).toEqual([kiri.mobile]);
    await somebody.agent
      .post('/api/me/password')
      .send({ currentPassword: kiri.password, newPassword: 'a new password' })
      .expect(200);
    expect(await somebody.devices()).toEqual([]);
    expect(await demo.users.byId(1)).toMatchObject({ passwordVersion: passwordVersion + 1 });
    expect(await demo.users.byId(2)).toMatchObject({ passwordVersion });
  });

  it('keeps every user, with number and version of the password, and makes none of them support staff', async () => {
    const users = await open(await earlierFile(kiri, tane));

    const kept = { role: 'user', passwordVersion };
    expect(await Promise.all([1, 2, 3].map((id) => users.byId(id)))).toEqual([
      { ...kept, id: 1, username: kiri.username, mobile: kiri.mobile },
      { ...kept, id: 2, username: tane.username, mobile: tane.mobile },
      undefined,
    ]);
  });

  it('gives the id of a deleted user to no new one, whose sessions may still exist', async () => {
    const users = await open(await earlierFile(kiri, tane));

    expect(await users.create({ ...kiri, username: 'new' })).toMatchObject({ id: 4 });
  });

  it('gives that id to no new one even where no other user is left', async () => {
    const users = await open(await earlierFile());

    expect(await users.create(kiri)).toMatchObject({ id: 2 });
  });

  it('takes users without a number from now on, and keeps all of them when it is opened again', async () => {
    const file = await earlierFile(kiri, tane);
    const users = await open(file);
    await users.create({ username: 'new', password: 'correct horse' });
    await users.changeMobile(1, null, kiri.mobile);
    await users.create({ username: 'staff', password: 'correct horse' }, { role: 'support' });

    const again = await open(file);
    expect(await Promise.all([1, 2, 4, 5].map((id) => again.byId(id)))).toMatchObject([
      { username: 'kiri', mobile: null, role: 'user' },
      { username: 'tane', mobile: tane.mobile, role: 'user' },
      { username: 'new', mobile: null, role: 'user' },
      { username: 'staff', mobile: null, role: 'support' },
    ]);
  });
});
