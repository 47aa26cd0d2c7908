import Nexmo from 'nexmo';
import passportCompose from 'passport-compose';
import { Strategy as OtpStrategy } from 'passport-nexmo-otp';
import { flash } from './flash.mjs';

/**
 * passport-nexmo-otp on the SDK that it requires, behind a password with passport-compose, as both READMEs
 * mount it. One form posts the password and the phone number.
 */
export async function secondFactor({ vendor }) {
  const { hostname, port } = new URL(vendor.url);
  const strategy = new OtpStrategy({
    brand: 'Bench',
    // For any port but 443 the SDK uses HTTP.
    nexmo: new Nexmo(
      { apiKey: 'key', apiSecret: 'secret' },
      { apiHost: hostname, port: Number(port) },
    ),
  });
  const { compose, loginRedirect, isAuthenticated } = passportCompose();
  return {
    mount({ app, passport }) {
      app.use(flash);
      passport.use('otp', strategy);
      app.post(
        '/login',
        compose(
          passport.authenticate('local', { failureRedirect: '/login' }),
          passport.authenticate('otp', { failureRedirect: '/login', failureFlash: true }),
        ),
        loginRedirect(),
      );
    },
    requireLogin: isAuthenticated(),
  };
}
