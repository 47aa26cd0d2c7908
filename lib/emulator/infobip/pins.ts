// Sends and verifies PINs within an application's limits.
import type { z } from 'zod';
import type { Channel } from '../../phone-number.js';
import { BoundedList } from '../server/bounded-list.js';
import type { Deliver } from '../server/emulator.js';
import { infobipAssumed, infobipSpec } from './api-facts.js';
import type { Application, Applications } from './applications.js';
import type { resendBody, sendBody, verifyBody } from './body.js';
import type { InfobipSettings } from './options.js';
import { Pin, type PinCheck } from './pin.js';
import { RateLimit } from './rate-limit.js';
import { ServiceException } from './service-exception.js';

const { callStatus, ncStatus, smsStatus } = infobipSpec;
const { pinNotFound, tooManyRequests } = infobipAssumed.error;

/** The reply to a send and to a resend. */
type SendResult = { readonly pinId: string; readonly to: string } & (
  | { readonly ncStatus: string; readonly smsStatus: string }
  | { readonly callStatus: string }
);

/** How to send a PIN; `lookUp` is whether the number is looked up before an SMS. */
type SendOptions =
  | { readonly channel: 'sms'; readonly lookUp: boolean }
  | { readonly channel: 'call' };

/** Sends, resends and verifies PINs, within the limits of their applications. */
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

  send(body: z.infer<typeof sendBody>, options: SendOptions): SendResult {
    const application = this.#applications.getEnabled(body.applicationId);
    const template = application.getTemplate(body.messageId).details;
    const pin = new Pin({
      applicationId: application.applicationId,
      template,
      msisdn: body.to,
      // 'If this parameter is not set', the template's sender is used.
      from: body.from ?? template.senderId,
      sentAt: this.#settings.now(),
    });
    this.#countSend(application, body.to);
    this.#pins.add(pin);
    return this.#sendMessage(pin, body.placeholders, options);
  }

  /** Sends the same PIN again. That its time to live and attempts do not restart is made up. */
  resend(
    pinId: string | undefined,
    body: z.infer<typeof resendBody>,
    options: SendOptions,
  ): SendResult {
    const pin = this.#get(pinId);
    const application = this.#applications.getEnabled(pin.request.applicationId);
    this.#countSend(application, pin.request.msisdn);
    return this.#sendMessage(pin, body.placeholders, options);
  }

  verify(
    pinId: string | undefined,
    body: z.infer<typeof verifyBody>,
  ): PinCheck & { readonly pinId: string; readonly msisdn: string } {
    const pin = this.#get(pinId);
    const { applicationId, msisdn } = pin.request;
    const { configuration } = this.#applications.getEnabled(applicationId).details;
    const now = this.#settings.now();
    const key = `${applicationId}/${msisdn}`;
    if (!this.#verifications.allows(key, configuration.verifyPinLimit, now)) {
      throw new ServiceException(tooManyRequests);
    }
    this.#verifications.count(key, now);
    return { pinId: pin.id, msisdn, ...pin.verify(body.pin, configuration, now) };
  }

  #get(pinId: string | undefined): Pin {
    const pin = this.all.findLast((candidate) => candidate.id === pinId);
    if (pin === undefined) throw new ServiceException(pinNotFound);
    return pin;
  }

  #sendMessage(
    pin: Pin,
    placeholders: Readonly<Record<string, string>>,
    options: SendOptions,
  ): SendResult {
    const { msisdn } = pin.request;
    const to = `+${msisdn}`;
    const reply = { pinId: pin.id, to: msisdn };
    if (options.channel === 'call') {
      this.#deliverTo(to, pin, placeholders, options.channel);
      return { ...reply, callStatus: callStatus.accepted };
    }
    const isRefused = this.#settings.refuse(to);
    if (!isRefused) this.#deliverTo(to, pin, placeholders, options.channel);
    const lookedUp = isRefused ? ncStatus.notReachable : ncStatus.reachable;
    return {
      ...reply,
      ncStatus: options.lookUp ? lookedUp : ncStatus.unknown,
      smsStatus: isRefused ? smsStatus.notSent : smsStatus.sent,
    };
  }

  #deliverTo(
    to: string,
    pin: Pin,
    placeholders: Readonly<Record<string, string>>,
    channel: Channel,
  ): void {
    const { from, template } = pin.request;
    pin.isSent = true;
    this.#deliver({
      channel,
      to,
      text: fillIn(template.messageText, { ...placeholders, pin: pin.code }),
      code: pin.code,
      sentAt: new Date(this.#settings.now()),
      from,
      id: pin.id,
    });
  }

  #countSend({ applicationId, details }: Application, msisdn: string): void {
    const now = this.#settings.now();
    const { sendPinPerApplicationLimit, sendPinPerPhoneNumberLimit } = details.configuration;
    const phone = `${applicationId}/${msisdn}`;
    if (
      !this.#applicationSends.allows(applicationId, sendPinPerApplicationLimit, now) ||
      !this.#phoneSends.allows(phone, sendPinPerPhoneNumberLimit, now)
    ) {
      throw new ServiceException(tooManyRequests);
    }
    this.#applicationSends.count(applicationId, now);
    this.#phoneSends.count(phone, now);
  }
}

/** Keeps a placeholder that has no value, which is made up. */
function fillIn(messageText: string, placeholders: Readonly<Record<string, string>>): string {
  const values = new Map(Object.entries(placeholders));
  return messageText.replaceAll(/\{\{(\w+)\}\}/g, (whole, name) => values.get(name) ?? whole);
}
