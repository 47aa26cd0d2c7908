export interface AppUser extends Express.User {
  readonly id: number;
  readonly mobile: string;
}

export const alice: AppUser = { id: 1, mobile: '+64211234567' };
