import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeReference } from './reference.js';

const folder = path.resolve('docs/reference');

const pages = makeReference();

/** What is there before `npm run reference` writes. */
const committed = readdirSync(folder);

describe('The reference in docs/reference', () => {
  it.each([...pages])(
    'is what the source says; if not, npm run reference writes it: %s',
    async (name, text) => {
      await expect(text).toMatchFileSnapshot(path.join(folder, name));
    },
  );

  it('has no page that is not made', () => {
    expect(committed.filter((name) => !pages.has(name))).toEqual([]);
  });
});
