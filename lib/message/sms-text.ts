// Composes and checks the text of an SMS.
import type { Purpose } from '../challenge/challenge.js';
import { shownTransaction, type Transaction } from '../challenge/transaction.js';
import { asError, ConfigurationError, type VerifyError } from '../errors.js';
import { isWatched, publish } from '../events.js';
import { withDeadline } from '../timers.js';
import type { Translations } from './translations.js';

/** Placeholder for the code in Modica's API: a named variable of Python's string formatting. */
export const codePlaceholder = '%(code)s';

/** The argument of a `content` function. */
export interface MessageContext<TUser> {
  readonly user: TUser;
  /** The best match of the available languages for the user's; `'en'` if there is none. */
  readonly locale: string;
  readonly purpose: Purpose;
  /**
   * The transaction that the code approves: values by name, in NFKC, safe for an SMS, with `％` (U+FF05) in
   * place of `%`.
   */
  readonly transaction?: Transaction;
  /** The transaction as one string with all its values: `amount "12.50 NZD", to "Bakery"`. */
  readonly approves?: string;
}

/** Method syntax is bivariant: a function for the app's own type of user is assignable for any user. */
interface ContentMaker<TUser> {
  make(context: MessageContext<TUser>): string | Promise<string>;
}

/** The text of the SMS, with `%(code)s` in place of the code, or a function that returns it. */
export type Content<TUser> = string | ContentMaker<TUser>['make'];

export interface MessageOptions<TUser> {
  readonly content?: Content<TUser> | undefined;
  readonly originBoundTo?: string | undefined;
  /** Milliseconds that the app's function may take. */
  verifyTimeout: number;
  readonly translations: Translations;
}

/** Composes the text that the phone shows. */
export class MessageText<TUser> {
  constructor(private readonly options: MessageOptions<TUser>) {}

  /**
   * Returns undefined for the provider's own text.
   *
   * @throws {ConfigurationError} `option_invalid`, if the app's function returns something unusable.
   */
  async for(
    context: MessageContext<TUser>,
    overdue: () => VerifyError,
  ): Promise<string | undefined> {
    const { originBoundTo, verifyTimeout } = this.options;
    const shown = {
      ...context,
      ...(context.transaction === undefined ? {} : shownTransaction(context.transaction)),
    };
    const text = await withDeadline(verifyTimeout, () => this.#textFor(shown), overdue);
    if (text === undefined && typeof this.options.content !== 'function') return undefined;
    const problem =
      typeof text === 'string' ? textProblem(text, originBoundTo) : 'it is not a string';
    if (problem !== undefined) throw unusable(problem);
    return originBoundTo === undefined ? text : `${text}${originLine(originBoundTo)}`;
  }

  #textFor(context: MessageContext<TUser>): string | undefined | Promise<string> {
    const { content, originBoundTo, translations } = this.options;
    if (typeof content === 'function') return content(context);
    const { message, approval } = translations.in(context.locale);
    const { approves } = context;
    // The payer must see the amount and the payee (PSD2 RTS, article 5); a fixed text cannot show them.
    if (approves !== undefined) return approval(approves);
    if (content !== undefined) return content;
    return originBoundTo === undefined ? undefined : message;
  }
}

/**
 * The problem with the text of an SMS, if any. A '%' outside the placeholder is refused: in Python's string
 * formatting a stray one invalidates the whole text, and the API documents no escape.
 */
export function contentProblem(content: string): string | undefined {
  const rest = content.split(codePlaceholder);
  if (rest.length === 1) {
    return `it must contain ${codePlaceholder} in place of the code (the API answers 400 otherwise)`;
  }
  return rest.some((text) => text.includes('%'))
    ? `it contains a "%" outside ${codePlaceholder}; write "percent"`
    : undefined;
}

/** Control characters, and bidirectional controls, which can change the order in which the text is shown. */
const unreadable = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/** In characters: more than six segments, each of which costs. */
const longestText = 1000;

/** The problem with the text as the phone shows it, if any. The origin line counts towards the length. */
export function textProblem(text: string, originBoundTo?: string): string | undefined {
  const last = originBoundTo === undefined ? '' : originLine(originBoundTo);
  if (text.length + last.length > longestText) return `it is longer than ${longestText} characters`;
  if (unreadable.test(text.replaceAll('\n', ''))) return 'it contains a control character';
  if (text.includes('[object '))
    return 'it contains an object as "[object Object]"; use "approves"';
  const trimmed = text.trimEnd();
  const lastLine = trimmed.slice(trimmed.lastIndexOf('\n') + 1);
  if (lastLine.startsWith('@') && lastLine.includes('#')) {
    return 'its last line looks like that of an origin-bound code, which "originBoundTo" adds';
  }
  return contentProblem(text);
}

/**
 * The last line of an origin-bound one-time code (WICG): browsers and phones suggest the code on this site
 * only. The format is exact.
 */
function originLine(host: string): string {
  return `\n\n@${host} #${codePlaceholder}`;
}

/**
 * Returns what a call says: the code once more in place of the last line of an origin-bound code, which only
 * browsers read. The number of codes stays the same, because a provider speaks the template of its SMS.
 */
export function spokenText(content: string): string {
  return content.replace(/\n\n@\S+ #(?=%\(code\)s$)/, '\n\n');
}

function unusable(problem: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The option "content" returned unusable content: ${problem}.`,
    hint: 'Correct that function. The values of a transaction are already safe for an SMS; it must make any other values safe itself.',
  });
}

/** Takes the place of the code when the text is measured. */
const someCode = '000000';

/**
 * Publishes an event if the content takes more than one SMS. The SMS has been sent, so an error here becomes a
 * warning and must not lose the challenge.
 */
export async function measure(content: string): Promise<void> {
  if (!isWatched()) return;
  try {
    // Loaded on demand: most processes have no subscriber.
    const { SegmentedMessage } = await import('sms-segments-calculator');
    const text = content.replaceAll(codePlaceholder, someCode);
    const { segmentsCount: segments, encodingName } = new SegmentedMessage(text);
    const characterSet = encodingName === 'UCS-2' ? 'UCS-2' : 'GSM-7';
    if (segments > 1) publish({ name: 'message_long', segments, characterSet });
  } catch (thrown) {
    process.emitWarning(asError(thrown));
  }
}
