import { describe, expect, it } from 'vitest';
import { onceForEach } from '../../../lib/nestjs/injection.js';

describe('What is computed once for each module', () => {
  it('is that of the module, and another one without a module', () => {
    const computed: (string | undefined)[] = [];
    const nameOf = onceForEach((module: { readonly name: string } | undefined) => {
      computed.push(module?.name);
      return `of ${module?.name}`;
    });
    const [staff, customers] = [{ name: 'staff' }, { name: 'customers' }];
    const names = [staff, customers, undefined].map(nameOf);
    expect(names).toEqual(['of staff', 'of customers', 'of undefined']);
    expect([staff, customers, undefined].map(nameOf)).toEqual(names);
    expect(computed).toEqual(['staff', 'customers', undefined]);
  });
});
