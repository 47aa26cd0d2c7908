import type { Attempts } from '../limits/attempts.js';
import type { Joins } from '../limits/joins.js';
import type { Sends } from '../limits/sends.js';
import type { SingleUse } from '../limits/single-use.js';
import type { MessageText } from '../message.js';
import type { ProviderChain } from '../providers/chain.js';
import type { PendingChallenges } from '../stores/pending.js';
import type { Receipts } from '../stores/receipts.js';
import type { UserChallenges } from '../stores/user-challenges.js';
import type { Words } from '../words/words.js';
import type { People } from './people.js';

/** What the phases work with. Times are milliseconds. */
export interface Rooms<TUser> {
  /** Whose users these are. */
  readonly realm: string;
  /** The strategy's name: a part of every challenge. */
  readonly strategy: string;
  readonly chain: ProviderChain;
  readonly people: People<TUser>;
  readonly text: MessageText<TUser>;
  readonly words: Words;
  readonly pending: PendingChallenges;
  readonly userChallenges: UserChallenges;
  readonly receipts: Receipts;
  readonly attempts: Attempts;
  readonly sends: Sends;
  readonly singleUse: SingleUse;
  readonly joins: Joins;
  /** For how long the first factor is good for the second. */
  readonly firstFactorAge: number;
}
