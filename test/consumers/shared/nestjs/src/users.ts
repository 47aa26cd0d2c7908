import { Injectable } from '@nestjs/common';

export interface AppUser {
  readonly id: number;
  readonly mobile: string;
}

@Injectable()
export class Users {
  readonly #alice: AppUser = { id: 1, mobile: '+64211234567' };

  check(name: unknown, password: unknown): AppUser | undefined {
    return name === 'alice' && password === 'right' ? this.#alice : undefined;
  }

  find(id: number): AppUser | undefined {
    return id === this.#alice.id ? this.#alice : undefined;
  }
}
