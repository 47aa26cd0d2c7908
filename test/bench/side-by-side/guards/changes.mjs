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
      if (!site.transfer) return { kept: false, seen: 'no payments' };
      const user = await site.newUser();
      const browser = await site.begin(user);
      await site.enter(browser, site.codeOf(user));
      await site.transfer(browser, { amount: '10.00', to: 'Bakery' });
      const code = site.codeOf(user);
      const other = await site.transfer(browser, { amount: '999.00', to: 'Bakery', code });
      const isPaid = other.status === 200;
      return { kept: !isPaid, seen: isPaid ? 'approved' : 'refused' };
    },
  },
];

async function afterChange(site, fields) {
  const user = await site.newUser();
  const browser = await site.begin(user);
  const code = site.codeOf(user);
  await site.change(user, fields);
  await site.enter(browser, code);
  const isIn = await site.isIn(browser);
  return { kept: !isIn, seen: isIn ? 'logged in' : 'refused' };
}
