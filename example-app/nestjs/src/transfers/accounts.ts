import { Injectable } from '@nestjs/common';
import type { AppUser } from '../users/users.js';

/** The users' money, in memory. Everyone starts with 1000. */
@Injectable()
export class Accounts {
  private readonly balances = new Map<number, number>();

  balanceOf({ id }: Pick<AppUser, 'id'>): number {
    return this.balances.get(id) ?? 1000;
  }

  /** False, and nothing is paid, if there is too little. */
  pay(user: Pick<AppUser, 'id'>, amount: number): boolean {
    const left = this.balanceOf(user) - amount;
    if (left < 0) return false;
    this.balances.set(user.id, left);
    return true;
  }
}
