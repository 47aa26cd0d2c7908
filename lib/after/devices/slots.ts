import type { Records } from '../../stores/records.js';
import { type DeviceRecord, deviceSchema, keyOf, type Owner } from './record.js';

/** A place for one device. */
export interface Slot {
  readonly key: string;
  readonly device: DeviceRecord | undefined;
}

/** How many devices a user can have. */
const mostDevices = 10;

/**
 * The devices of a user, each under a key of its own: no list of them that two logins at once could
 * write over each other, and no keys to look for. Of two devices that take one place at the same moment
 * one is not remembered.
 */
export class Slots {
  constructor(private readonly records: Records) {}

  async of(owner: Owner): Promise<readonly Slot[]> {
    const person = keyOf(owner);
    return Promise.all(
      Array.from({ length: mostDevices }, async (_, index) => {
        const key = `passport-modica-2fa:device:${person}:${index}`;
        return { key, device: await this.records.read(key, deviceSchema) };
      }),
    );
  }

  /** @param ttl - Milliseconds. */
  async fill({ key }: Slot, device: DeviceRecord, ttl: number): Promise<void> {
    await this.records.write(key, device, ttl);
  }

  async empty({ key }: Slot): Promise<void> {
    await this.records.delete(key);
  }
}
