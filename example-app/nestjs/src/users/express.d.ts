declare namespace Express {
  /** The type of `request.user`. */
  interface User {
    readonly id: number;
    readonly username: string;
    /** In E.164 form; null until a code has proved a number. */
    readonly mobile: string | null;
    /** When the second factor was verified, according to the token of this request. */
    readonly verifiedAt?: Date;
  }
}
