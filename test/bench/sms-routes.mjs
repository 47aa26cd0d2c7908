import { Strategy as CustomStrategy } from 'passport-custom';

/** The two routes of a login whose second factor is a function for passport-custom. */
export function mountSms({ app, passport }, secondFactor) {
  passport.use('sms', new CustomStrategy(secondFactor));
  app.post(
    '/login',
    passport.authenticate('local', { session: false, failureRedirect: '/login' }),
    passport.authenticate('sms', { failureRedirect: '/login/code' }),
  );
  app.post(
    '/login/code',
    passport.authenticate('sms', { successRedirect: '/', failureRedirect: '/login/code' }),
  );
}
