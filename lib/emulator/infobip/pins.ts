import type { z } from 'zod';
import { BoundedList } from '../server/bounded-list.js';
import type { Deliver } from '../server/emulator.js';
import { infobipAssumed, infobipSpec } from './api-facts.js';
import type { Application, Applications } from './applications.js';
import type { resendBody, sendBody, verifyBody } from './body.js';
import { ServiceException } from './body.js';
import type { InfobipSettings } from './options.js';
import { Pin, type PinCheck, writeText } from './pin.js';
import { RateLimit } from './rate-limit.js';

const { ncStatus, smsStatus } = infobipSpec;

/** The reply to a send and to a resend. */
interface Sending {
  readonly pinId: string;
  readonly to: string;
  readonly ncStatus: string;
  readonly smsStatus: string;
}

/** Every PIN that was made: sent, sent again, verified. */
export class Pins {
  readonly #pins = new BoundedList<Pin>();
  readonly #applicationSends = new RateLimit();
  readonly #phoneSends = new RateLimit();
  readonly #verifications = new RateLimit();
  readonly #applications: Applications;
  readonly #settings: InfobipSettings;
  readonly #deliver: Deliver;

  constructor(applications: Applications, settings: InfobipSettings, deliver: Deliver) {
    this.#applications = applications;
    this.#settings = settings;
    this.#deliver = deliver;
  }

  get all(): readonly Pin[] {
    return this.#pins.items;
  }

  send(body: z.infer<typeof sendBody>, lookUp: boolean): Sending {
    const application = this.#applications.enabled(body.applicationId);
    const template = application.template(body.messageId).details;
    const pin = new Pin({
      applicationId: application.applicationId,
      template,
      msisdn: body.to,
      // 'If this parameter is not set', it is the template's.
      from: body.from ?? template.senderId,
      sentAt: this.#settings.now(),
    });
    this.#countSend(application, body.to);
    this.#pins.add(pin);
    return this.#message(pin, body.placeholders, lookUp);
  }

  /** The same PIN. That neither its time nor its attempts begin anew is invented. */
  resend(pinId: string | undefined, body: z.infer<typeof resendBody>, lookUp: boolean): Sending {
    const pin = this.#get(pinId);
    const application = this.#applications.enabled(pin.sent.applicationId);
    this.#countSend(application, pin.sent.msisdn);
    return this.#message(pin, body.placeholders, lookUp);
  }

  verify(
    pinId: string | undefined,
    body: z.infer<typeof verifyBody>,
  ): PinCheck & { readonly pinId: string; readonly msisdn: string } {
    const pin = this.#get(pinId);
    const { applicationId, msisdn } = pin.sent;
    const { configuration } = this.#applications.enabled(applicationId).details;
    const now = this.#settings.now();
    const key = `${applicationId}/${msisdn}`;
    if (!this.#verifications.allows(key, configuration.verifyPinLimit, now)) {
      throw new ServiceException(infobipAssumed.error.tooManyRequests);
    }
    this.#verifications.count(key, now);
    return { pinId: pin.id, msisdn, ...pin.verify(body.pin, configuration, now) };
  }

  #get(pinId: string | undefined): Pin {
    const pin = this.all.findLast((candidate) => candidate.id === pinId);
    if (pin === undefined) throw new ServiceException(infobipAssumed.error.pinNotFound);
    return pin;
  }

  #message(pin: Pin, placeholders: Readonly<Record<string, string>>, lookUp: boolean): Sending {
    const to = `+${pin.sent.msisdn}`;
    const isRefused = this.#settings.refuse(to);
    if (!isRefused) {
      pin.isSent = true;
      this.#deliver({
        to,
        text: writeText(pin.sent.template.messageText, pin.code, placeholders),
        code: pin.code,
        sentAt: new Date(this.#settings.now()),
        from: pin.sent.from,
        id: pin.id,
      });
    }
    const lookedUp = isRefused ? ncStatus.notReachable : ncStatus.reachable;
    return {
      pinId: pin.id,
      to: pin.sent.msisdn,
      ncStatus: lookUp ? lookedUp : ncStatus.unknown,
      smsStatus: isRefused ? smsStatus.notSent : smsStatus.sent,
    };
  }

  #countSend({ applicationId, details }: Application, msisdn: string): void {
    const now = this.#settings.now();
    const { sendPinPerApplicationLimit, sendPinPerPhoneNumberLimit } = details.configuration;
    const phone = `${applicationId}/${msisdn}`;
    if (
      !this.#applicationSends.allows(applicationId, sendPinPerApplicationLimit, now) ||
      !this.#phoneSends.allows(phone, sendPinPerPhoneNumberLimit, now)
    ) {
      throw new ServiceException(infobipAssumed.error.tooManyRequests);
    }
    this.#applicationSends.count(applicationId, now);
    this.#phoneSends.count(phone, now);
  }
}
