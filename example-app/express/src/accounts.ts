import { ModicaProvider } from 'passport-modica-2fa';
import { InfobipProvider } from 'passport-modica-2fa/infobip';
import { NexmoProvider } from 'passport-modica-2fa/nexmo';
import type { SecondFactorOptions } from './authentication.js';
import { templateNames } from './message-text.js';
import type { Settings } from './settings.js';

/** The options for the account in the settings; undefined without one. */
export function accountOf(settings: Settings): SecondFactorOptions | undefined {
  const { modica, infobip, nexmo, originBoundTo } = settings;
  const names = templateNames(originBoundTo);
  if (modica) {
    const { account, ...sending } = modica;
    return { ...sending, originBoundTo, provider: new ModicaProvider(account) };
  }
  if (infobip) {
    const { account, ...sending } = infobip;
    const provider = new InfobipProvider({
      ...account,
      ...infobipPins,
      contentPlaceholders: names,
    });
    return { ...sending, originBoundTo, provider };
  }
  if (nexmo) {
    const { account, signatureSecret: _webhooks, ...sending } = nexmo;
    const provider = new NexmoProvider({ ...account, contentParameters: names });
    return { ...sending, originBoundTo, provider };
  }
  return undefined;
}

/** The same as `pinTimeToLive` of the application at Infobip: '5m'. */
export const infobipPins = { codeLifetime: 300 };
