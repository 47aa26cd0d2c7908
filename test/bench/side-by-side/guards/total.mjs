/** The limit on this site, for each hour. */
export const sends = { total: 10 };

export const total = [
  {
    name: 'SMS are limited in total',
    async play(site) {
      for (let user = 0; user < 3 * sends.total; user++) await site.begin(await site.newUser());
      const sms = site.sms();
      return { kept: sms > 0 && sms <= sends.total, seen: `${sms} with a limit of ${sends.total}` };
    },
  },
];
