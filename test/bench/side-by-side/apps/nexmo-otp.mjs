import Nexmo from 'nexmo';
import { Strategy as OtpStrategy } from 'passport-nexmo-otp';
import { flash } from './flash.mjs';

/** passport-nexmo-otp as its README mounts it, after a login by password, on the SDK it asks for. */
export async function secondFactor({ vendor }) {
  const { hostname, port } = new URL(vendor.url);
  const strategy = new OtpStrategy({
    brand: 'Bench',
    // By any other port than 443 the SDK speaks plain HTTP.
    nexmo: new Nexmo(
      { apiKey: 'key', apiSecret: 'secret' },
      { apiHost: hostname, port: Number(port) },
    ),
  });
  return {
    mount({ app, passport }) {
      app.use(flash);
      passport.use('otp', strategy);
      app.post('/login', passport.authenticate('local'), (_request, response) => response.end());
      app.get('/otp', (_request, response) => response.end());
      app.post(
        '/otp',
        passport.authenticate('otp', {
          failureRedirect: '/otp',
          failureFlash: true,
          successRedirect: '/',
        }),
        // The strategy ends in pass() and names no user, so that nothing is redirected by Passport.
        (_request, response) => response.redirect('/'),
      );
    },
    isLoggedIn: ({ session }) => session.passport?.otp_verified !== undefined,
  };
}
