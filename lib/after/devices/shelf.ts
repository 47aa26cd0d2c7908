import { isOver } from '../../challenge.js';
import { Records } from '../../stores/records.js';
import type { Store } from '../../stores/store.js';
import {
  type DeviceRecord,
  destinationHash,
  type Holder,
  isBoundTo,
  type Owner,
} from './record.js';
import { Revocations } from './revocations.js';
import { type Slot, Slots } from './slots.js';

/** A slot with a device in it. */
export interface Taken extends Slot {
  readonly device: DeviceRecord;
}

/** Where the devices of all users are kept, and which of them still work. */
export class Shelf {
  private readonly slots: Slots;
  private readonly revocations: Revocations;

  /** @param maxAge - Milliseconds. */
  constructor(
    store: Store,
    private readonly maxAge: number,
  ) {
    const records = new Records(store);
    this.slots = new Slots(records);
    this.revocations = new Revocations(records);
  }

  /** Whether it works or not. */
  async byId(owner: Owner, id: string): Promise<Taken | undefined> {
    return (await this.taken(owner)).find(({ device }) => device.id === id);
  }

  async working(holder: Holder, now: number): Promise<readonly Taken[]> {
    return this.workingOf(await this.taken(holder), holder, now);
  }

  async isWorking({ device }: Taken, holder: Holder, now: number): Promise<boolean> {
    return (
      isBoundTo(device, holder) &&
      !isOver(device.trustedAt, this.endOf(device), now) &&
      !(await this.revocations.isRevoked(holder, device))
    );
  }

  /**
   * A place for one more: where this browser was before, else where none is that works, else where the
   * one is that was away for longest.
   */
  async roomFor(holder: Holder, earlierId: string | undefined, now: number): Promise<Slot> {
    const slots = await this.slots.of(holder);
    const working = await this.workingOf(slots.filter(isTaken), holder, now);
    const inTheWay = ({ key, device }: Slot) => {
      if (device !== undefined && device.id === earlierId) return -2;
      return working.find((other) => other.key === key)?.device.lastUsedAt ?? -1;
    };
    return slots.reduce((best, slot) => (inTheWay(slot) < inTheWay(best) ? slot : best));
  }

  /** What a new device is trusted under. */
  epochOf(owner: Owner): Promise<string | undefined> {
    return this.revocations.epochOf(owner);
  }

  /** Puts a new device into a slot; the one that was there ends. */
  async trust(slot: Slot, device: DeviceRecord): Promise<void> {
    await this.revocations.mark(device.id, this.endOf(device) - device.trustedAt);
    await this.put(slot, device, device.trustedAt);
    if (isTaken(slot)) await this.revocations.revoke(slot.device.id);
  }

  async put(slot: Slot, device: DeviceRecord, now: number): Promise<void> {
    await this.slots.fill(slot, device, this.endOf(device) - now);
  }

  /** Until when it works at most, also where devices were once trusted for longer. */
  endOf({ trustedAt, expiresAt }: DeviceRecord): number {
    return Math.min(expiresAt, trustedAt + this.maxAge);
  }

  async revoke(taken: Taken): Promise<void> {
    await this.revocations.revoke(taken.device.id);
    await this.slots.empty(taken);
  }

  /** Ends a device by its id, whatever slot it is in. */
  async end(id: string): Promise<void> {
    await this.revocations.revoke(id);
  }

  /** How many there were. */
  async revokeAll(owner: Owner): Promise<number> {
    await this.revocations.startEpoch(owner);
    const taken = await this.taken(owner);
    await Promise.all(taken.map((each) => this.revoke(each)));
    return taken.length;
  }

  /** Ends the devices that were trusted with another number than this. */
  async revokeOtherNumbers(owner: Owner, destination: string): Promise<void> {
    const current = destinationHash(owner, destination);
    const outdated = (await this.taken(owner)).filter(
      ({ device }) => device.destination !== current,
    );
    await Promise.all(outdated.map((each) => this.revoke(each)));
  }

  private async workingOf(
    taken: readonly Taken[],
    holder: Holder,
    now: number,
  ): Promise<readonly Taken[]> {
    const work = await Promise.all(taken.map((each) => this.isWorking(each, holder, now)));
    return taken.filter((_, index) => work[index]);
  }

  private async taken(owner: Owner): Promise<readonly Taken[]> {
    return (await this.slots.of(owner)).filter(isTaken);
  }
}

function isTaken(slot: Slot): slot is Taken {
  return slot.device !== undefined;
}
