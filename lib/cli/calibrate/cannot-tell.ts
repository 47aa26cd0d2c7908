/** Why nothing can be said of the account, and what would put that right. */
export class CannotTell extends Error {
  constructor({ problem, cure }: { readonly problem: string; readonly cure: string }) {
    super(`${problem} ${cure}`);
  }
}
