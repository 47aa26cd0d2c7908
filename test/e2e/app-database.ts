import { onTestFinished } from 'vitest';
import { type AppDatabase, openDatabase } from '../../example-app/express/src/database.js';

/** The example's database until the test ends; by default in memory. */
export async function someAppDatabase(url = ':memory:'): Promise<AppDatabase> {
  const database = await openDatabase(url);
  onTestFinished(() => database.close());
  return database;
}
