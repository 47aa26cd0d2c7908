import { hash } from '@node-rs/argon2';
import Database from 'libsql';
import type { EnrolledUser } from './example.js';

export interface EarlierRelease {
  readonly name: string;
  /** The last columns of its table of users. */
  readonly columns: string;
  /** The version of every password in its file. */
  readonly passwordVersion: number;
}

/** The releases before users could do without a number. */
export const earlierReleases: readonly EarlierRelease[] = [
  {
    name: 'that counted no passwords',
    columns: 'mobile TEXT NOT NULL',
    passwordVersion: 1,
  },
  {
    name: 'that counted passwords',
    columns: 'mobile TEXT NOT NULL, password_version INTEGER NOT NULL DEFAULT 3',
    passwordVersion: 3,
  },
];

/** Creates the file of an earlier release, with these users and with one more that has been deleted. */
export async function writeEarlierFile(
  file: string,
  { columns }: EarlierRelease,
  users: readonly EnrolledUser[],
): Promise<void> {
  const database = new Database(file);
  database.exec(`CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    ${columns}
  ) STRICT`);
  const insert = database.prepare(
    'INSERT INTO users (username, password_hash, mobile) VALUES (?, ?, ?)',
  );
  for (const { username, password, mobile } of users) {
    insert.run(username, await hash(password), mobile);
  }
  insert.run('deleted', 'no hash', '+64215550199');
  database.exec("DELETE FROM users WHERE username = 'deleted'");
  database.close();
}
