import fc from 'fast-check';
import { hour, minute, second } from '../../fixtures/clock.js';
import type { Fault } from './faults.js';
import type { ProviderFault } from './provider.js';

const some = fc.nat({ max: 99 });
const node = fc.nat({ max: 1 });
const user = fc.nat({ max: 1 });

const login = fc.record({ kind: fc.constant('login'), node, user });

const respond = fc.record({
  kind: fc.constant('respond'),
  node,
  handle: some,
  /** The other half of the handle is taken from this one. */
  mixedWith: fc.option(some, { freq: 8, nil: undefined }),
  code: fc.oneof(
    { weight: 3, arbitrary: fc.constant('right') },
    { weight: 3, arbitrary: fc.constant('wrong') },
    // Any code that was ever sent, to whomever.
    { weight: 1, arbitrary: some },
  ),
  /** So many at once. */
  times: fc.constantFrom(1, 1, 1, 2, 3, 7),
});

const resend = fc.record({ kind: fc.constant('resend'), node, handle: some });

const goOn = fc.record({ kind: fc.constant('go on'), turns: fc.nat({ max: 30 }) });

const settle = fc.record({ kind: fc.constant('settle') });

const timePasses = fc.record({
  kind: fc.constant('time passes'),
  milliseconds: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(second, 29_999, 30 * second) },
    { weight: 1, arbitrary: fc.constantFrom(5 * minute - 1, 5 * minute, 15 * minute, hour) },
  ),
});

const providerFails = fc.record({
  kind: fc.constant('provider fails'),
  fault: fc.constantFrom<ProviderFault>(
    'down',
    'lost',
    'server error',
    'credentials',
    'throttled',
    'nonsense',
    'rejected',
  ),
  times: fc.constantFrom(1, 1, 2, 5),
});

const memoryFails = fc.record({
  kind: fc.constant('memory fails'),
  fault: fc.constantFrom<Fault>('before', 'after', 'late'),
});

const nodeDies = fc.record({ kind: fc.constant('node dies'), node });

const numberChanges = fc.record({ kind: fc.constant('number changes'), user });

/** What can happen next in the world. Numbers choose among what is there by then. */
export const step = fc.oneof(
  { weight: 20, arbitrary: login },
  { weight: 40, arbitrary: respond },
  { weight: 12, arbitrary: resend },
  { weight: 15, arbitrary: goOn },
  { weight: 30, arbitrary: settle },
  { weight: 15, arbitrary: timePasses },
  { weight: 6, arbitrary: providerFails },
  { weight: 1, arbitrary: memoryFails },
  { weight: 2, arbitrary: nodeDies },
  { weight: 2, arbitrary: numberChanges },
);

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
