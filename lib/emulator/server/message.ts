/** An SMS that an emulator delivered. */
export interface Message {
  /** The phone number that got it, in E.164: with '+', however the API writes numbers. */
  readonly to: string;
  /** The whole text, with the code in it. */
  readonly text: string;
  /** The code alone. */
  readonly code: string;
  /** When it was sent, by the emulator's clock. */
  readonly sentAt: Date;
  /** The sender that the phone shows, where the API was told one. */
  readonly from?: string | undefined;
  /** What the API's reply calls it: Infobip's `pinId`, Nexmo's `message-id`. */
  readonly id?: string | undefined;
}
