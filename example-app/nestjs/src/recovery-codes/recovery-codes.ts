import { Injectable, Module } from '@nestjs/common';
import type { RecoveryCodeOptions } from 'passport-modica-2fa';

/** The unused recovery codes of each user, in memory: salted hashes only. */
@Injectable()
export class RecoveryCodes implements RecoveryCodeOptions<number> {
  private readonly unused = new Map<number, Set<string>>();

  hashes(userId: number): readonly string[] {
    return [...(this.unused.get(userId) ?? [])];
  }

  /** One step, so that of parallel requests with the same code only one deletes it. */
  consume(userId: number, hash: string): boolean {
    return this.unused.get(userId)?.delete(hash) ?? false;
  }

  /** The codes of an earlier set no longer work. */
  replace(userId: number, hashes: readonly string[]): void {
    this.unused.set(userId, new Set(hashes));
  }
}

@Module({ providers: [RecoveryCodes], exports: [RecoveryCodes] })
export class RecoveryCodesModule {}
