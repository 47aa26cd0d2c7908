/** What a check saw, and what it should have seen. Half sentences, without a full stop. */
export interface FindingDetails {
  readonly seen: string;
  readonly expected: string;
  /** What this library, or whoever attacks it, would make of it. */
  readonly matters: string;
}

/** A check that failed. A plain Error on purpose: every test runner shows its message as it is. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';

  constructor({ seen, expected, matters }: FindingDetails, options?: ErrorOptions) {
    super(`Seen: ${seen}.\nExpected: ${expected}.\nWhy it matters: ${matters}.`, options);
  }
}

export function demand(holds: boolean, details: FindingDetails): asserts holds {
  if (!holds) throw new ConformanceError(details);
}
