import { expect, it } from 'vitest';
import { BoundedList } from '../../../../lib/emulator/server/bounded-list.js';

it('A bounded list keeps the last 10,000 items', () => {
  const list = new BoundedList<number>();
  for (let item = 1; item <= 10_001; item += 1) list.add(item);

  expect(list.items).toHaveLength(10_000);
  expect([list.items.at(0), list.items.at(-1)]).toEqual([2, 10_001]);
});
