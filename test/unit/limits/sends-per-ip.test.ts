import { describe, expect, it } from 'vitest';
import { Sends } from '../../../lib/limits/sends.js';
import { memoryLimiter } from '../../../lib/storage/in-memory.js';
import { someSubject } from '../../fixtures/challenges.js';
import { limitSettings } from '../../fixtures/limits.js';

/** Whether a second send from the other address is refused for the first from the one. */
async function countTogether(one: string | undefined, other: string | undefined) {
  const sends = new Sends(memoryLimiter(), limitSettings({ sendsPerHourPerIp: 1 }));
  await sends.count(someSubject({ userId: 1, destination: '+64211111111' }), one);
  const second = someSubject({ userId: 2, destination: '+64212222222' });
  return !(await sends.count(second, other)).allowed;
}

describe('A21: sends from one network', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['an IPv4 address', '192.0.2.1', '192.0.2.1'],
    ['an IPv4 address, mapped into IPv6', '192.0.2.1', '::ffff:192.0.2.1'],
    ['the same, in hexadecimal', '192.0.2.1', '::ffff:c000:201'],
    ['the same, in the deprecated form without a prefix', '192.0.2.1', '::192.0.2.1'],
    ['an IPv6 address in its two spellings', '2001:db8::1', '2001:0DB8:0:0:0:0:0:1'],
    ['two IPv6 addresses of one /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['F28: an IPv4 address and what NAT64 makes of it', '192.0.2.1', '64:ff9b::c000:201'],
    ['F28: the same in a network of its own', '192.0.2.1', '64:ff9b:1::c000:201'],
    ['F28: an IPv4 address and its 6to4 network', '192.0.2.1', '2002:c000:201:7::1'],
    ['an IPv6 address with a zone', 'fe80::1', 'fe80::1%eth0'],
    ['an IPv4 address, mapped into IPv6 with a zone', '192.0.2.1', '::ffff:192.0.2.1%eth0'],
    ['an IPv4 address, with the port that a proxy put behind it', '192.0.2.1:4711', '192.0.2.1'],
    ['an IPv6 address, with a port', '[2001:db8::1]:4711', '2001:db8::1'],
    ['an IPv6 address, in brackets alone', '[2001:db8::1]', '2001:db8::1'],
    ['addresses that are not known', undefined, undefined],
    ['an unknown address and a string that is no address', undefined, 'unix:'],
    ['strings that are no addresses', 'garbage', '999.1.1.1'],
  ])('are counted together: %s', async (_what, one, other) => {
    expect(await countTogether(one, other)).toBe(true);
  });

  it.each<[string, string | undefined, string | undefined]>([
    ['two IPv4 addresses', '192.0.2.1', '192.0.2.2'],
    ['F28: two IPv4 addresses behind NAT64', '64:ff9b::c000:201', '64:ff9b::c000:202'],
    ['F28: two IPv4 addresses that begin like 6to4', '32.2.192.0', '192.0.0.0'],
    ['F28: two networks that begin like NAT64', '64:ff9b:2::1', '64:ff9b:3::1'],
    ['two mapped IPv4 addresses', '::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['two /64 of one /48', '2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['a known and an unknown address', '192.0.2.1', undefined],
    ['an address and a string that ends in it, in brackets', '2001:db8::1', '20[01:db8::1]'],
    ['an address and a string that begins with it, in brackets', '2001:db8::1', '[2001:db8::]1'],
  ])('are counted separately: %s', async (_what, one, other) => {
    expect(await countTogether(one, other)).toBe(false);
  });

  it('are not limited unless sendsPerHourPerIp is set', async () => {
    const sends = new Sends(memoryLimiter(), limitSettings());
    for (let userId = 0; userId < 50; userId += 1) {
      const subject = someSubject({ userId, destination: `+642100000${100 + userId}` });
      expect(await sends.count(subject, '192.0.2.1')).toMatchObject({ allowed: true });
    }
  });
});
