/** The total an hour that this site is told to keep to. */
export const sends = { total: 10 };

export const total = [
  {
    name: 'SMS are limited in total, for any numbers and addresses',
    async play(site) {
      for (let user = 0; user < 3 * sends.total; user++) await site.begin(await site.newUser());
      const sms = site.sms();
      return { kept: sms <= sends.total, seen: `${sms} where ${sends.total} are set` };
    },
  },
];
