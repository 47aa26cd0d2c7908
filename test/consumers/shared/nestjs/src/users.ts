import { Injectable } from '@nestjs/common';

export interface AppUser {
  readonly id: number;
  readonly name: string;
  readonly mobile: string;
  /** Whether a login needs a code. A step-up always does. */
  readonly codeAtLogin: boolean;
}

@Injectable()
export class Users {
  readonly #all: readonly AppUser[] = [
    { id: 1, name: 'alice', mobile: '+64211234567', codeAtLogin: true },
    { id: 2, name: 'bob', mobile: '+64211234568', codeAtLogin: false },
  ];

  check(name: unknown, password: unknown): AppUser | undefined {
    return password === 'right' ? this.#all.find((user) => user.name === name) : undefined;
  }

  find(id: number): AppUser | undefined {
    return this.#all.find((user) => user.id === id);
  }
}
