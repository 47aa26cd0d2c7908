import { afterThePause } from './site.mjs';

export const changes = [
  {
    name: 'a new number voids the pending code',
    play: (site) => afterChange(site, { mobile: '+12125550199' }),
  },
  {
    name: 'a new password voids the pending code',
    play: (site) => afterChange(site, { password: 'new' }),
  },
  {
    name: 'a code for one payment approves no other',
    async play(site) {
      if (!site.transfer) return { kept: false, seen: 'not offered' };
      const user = await site.newUser();
      const browser = await site.logIn(user);
      const bakery = { amount: '10.00', to: 'Bakery' };
      const own = await pay(site, browser, user, { request: bakery, approve: bakery });
      await site.advance(afterThePause);
      const raised = { ...bakery, amount: '999.00' };
      const other = await pay(site, browser, user, { request: bakery, approve: raised });
      if (!own || site.smsTo(user) !== 3) return { kept: false, seen: 'no payment is approved' };
      return { kept: !other, seen: other ? 'approved' : 'refused' };
    },
  },
];

/** Requests a code for one payment and posts it with another: whether that is approved. */
async function pay(site, browser, user, { request, approve }) {
  await site.transfer(browser, request);
  const { status } = await site.transfer(browser, { ...approve, code: site.codeOf(user) });
  return status === 200;
}

/** The code of a user whose data change, beside that of a user whose data do not. */
async function afterChange(site, fields) {
  const unchanged = await site.logIn(await site.newUser());
  const user = await site.newUser();
  const changed = await site.logIn(user, () => site.change(user, fields));
  const [wasIn, isIn] = [await site.isIn(unchanged), await site.isIn(changed)];
  return { kept: wasIn && !isIn, seen: isIn ? 'logged in' : 'refused' };
}
