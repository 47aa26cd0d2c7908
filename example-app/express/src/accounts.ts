import { ModicaProvider } from 'passport-modica-2fa';
import { InfobipProvider } from 'passport-modica-2fa/infobip';
import { NexmoProvider } from 'passport-modica-2fa/nexmo';
import type { SecondFactorOptions } from './authentication.js';
import { templateNames } from './message-text.js';
import type { Settings } from './settings.js';

/** Codes by the account of the settings; undefined when they have none. */
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

/** What the application at Infobip says too, as its `pinTimeToLive`: '5m'. */
export const infobipPins = { codeLifetime: 300 };
