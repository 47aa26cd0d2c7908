import type { RefusalCode } from '../outcome.js';

/** What users read, in one language. */
export interface Language {
  /** As BCP 47 writes it. */
  readonly locale: string;
  readonly refusals: Readonly<Record<RefusalCode, string>>;
  /** The SMS, where the app sets no `content` and the provider's own text will not do. */
  readonly message: string;
  /** The SMS of a code that approves something. */
  approval(what: string): string;
}
