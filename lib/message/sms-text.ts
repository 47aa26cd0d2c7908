import type { Purpose } from '../challenge/challenge.js';
import { shownTransaction, type Transaction } from '../challenge/transaction.js';
import { asError, ConfigurationError, type VerifyError } from '../errors.js';
import { isWatched, publish } from '../events.js';
import { withDeadline } from '../timers.js';
import type { Translations } from './translations.js';

/** Where the API puts the code: a named variable of Python's string formatting. */
export const codePlaceholder = '%(code)s';

/** What a text can be made from. */
export interface MessageContext<TUser> {
  readonly user: TUser;
  /** Of the languages that there are, the one that is nearest to the user's; `'en'` if none is. */
  readonly locale: string;
  readonly purpose: Purpose;
  /**
   * What the code approves, each value by its name, in NFKC and fit for an SMS, with `％` (U+FF05) in
   * place of `%`.
   */
  readonly transaction?: Transaction;
  /** The same as one string, every value in it: `amount "12.50 NZD", to "Bakery"`. */
  readonly approves?: string;
}

/** In method syntax, so that one for the app's own kind of user fits where any user does. */
interface ContentMaker<TUser> {
  make(context: MessageContext<TUser>): string | Promise<string>;
}

/** The text of the SMS; holds `%(code)s`. */
export type Content<TUser> = string | ContentMaker<TUser>['make'];

export interface MessageOptions<TUser> {
  readonly content?: Content<TUser> | undefined;
  readonly originBoundTo?: string | undefined;
  /** Milliseconds for the app's own function. */
  verifyTimeout: number;
  readonly translations: Translations;
}

/** Writes what the phone will show. */
export class MessageText<TUser> {
  constructor(private readonly options: MessageOptions<TUser>) {}

  /**
   * Undefined leaves it to the provider, which has a text of its own.
   *
   * @throws {ConfigurationError} `option_invalid`, when the app's function gives what cannot be sent.
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
    const problem = typeof text === 'string' ? textProblem(text, originBoundTo) : 'it is no string';
    if (problem !== undefined) throw unusable(problem);
    return originBoundTo === undefined ? text : `${text}${originLine(originBoundTo)}`;
  }

  #textFor(context: MessageContext<TUser>): string | undefined | Promise<string> {
    const { content, originBoundTo, translations } = this.options;
    if (typeof content === 'function') return content(context);
    const { message, approval } = translations.in(context.locale);
    const { approves } = context;
    // Whoever approves something must see what (PSD2 RTS, article 5); a fixed text cannot show it.
    if (approves !== undefined) return approval(approves);
    if (content !== undefined) return content;
    return originBoundTo === undefined ? undefined : message;
  }
}

/**
 * What is wrong with the text of an SMS, if anything. A '%' anywhere else is refused: in Python's
 * formatting a stray one breaks the whole text, and the API documents no way to escape it.
 */
export function contentProblem(content: string): string | undefined {
  const rest = content.split(codePlaceholder);
  if (rest.length === 1) {
    return `it must hold ${codePlaceholder}, where the code goes (the API answers 400 otherwise)`;
  }
  return rest.some((text) => text.includes('%'))
    ? `it holds a "%" outside ${codePlaceholder}; write "percent"`
    : undefined;
}

/** Control characters, and those that turn the direction of writing round: what is read must be what is there. */
const unreadable = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/** Six segments and more: nobody reads it, and somebody pays for it. In characters. */
const longestText = 1000;

/** What is wrong with a text as a phone would show it, if anything; our last line is a part of its length. */
export function textProblem(text: string, originBoundTo?: string): string | undefined {
  const last = originBoundTo === undefined ? '' : originLine(originBoundTo);
  if (text.length + last.length > longestText) return `it is longer than ${longestText} characters`;
  if (unreadable.test(text.replaceAll('\n', ''))) return 'it holds a control character';
  if (text.includes('[object ')) return 'it shows an object as "[object Object]"; use "approves"';
  const trimmed = text.trimEnd();
  const lastLine = trimmed.slice(trimmed.lastIndexOf('\n') + 1);
  if (lastLine.startsWith('@') && lastLine.includes('#')) {
    return 'its last line reads like that of an origin-bound code, which "originBoundTo" writes';
  }
  return contentProblem(text);
}

/**
 * Origin-bound one-time codes (WICG): browsers and phones offer the code on this site and on no other.
 * The line must be the last one, and exactly so.
 */
function originLine(host: string): string {
  return `\n\n@${host} #${codePlaceholder}`;
}

function unusable(problem: string): ConfigurationError {
  return new ConfigurationError('option_invalid', {
    problem: `The option "content" gave a text that cannot be sent: ${problem}.`,
    hint: 'Correct that function. The values of a transaction are fit for an SMS before it gets them; whatever else it puts in must be too.',
  });
}

/** Six digits: what the code is taken for while the text is measured. */
const someCode = '000000';

/**
 * Tells an operator who listens that a text costs more than one SMS. Only told: the SMS has gone out, and
 * whatever fails here must not lose the challenge.
 */
export async function measure(content: string): Promise<void> {
  if (!isWatched()) return;
  try {
    // Imported when somebody wants to know, and not at every start.
    const { SegmentedMessage } = await import('sms-segments-calculator');
    const text = content.replaceAll(codePlaceholder, someCode);
    const { segmentsCount: segments, encodingName } = new SegmentedMessage(text);
    const characterSet = encodingName === 'UCS-2' ? 'UCS-2' : 'GSM-7';
    if (segments > 1) publish({ name: 'message_long', segments, characterSet });
  } catch (thrown) {
    process.emitWarning(asError(thrown));
  }
}
