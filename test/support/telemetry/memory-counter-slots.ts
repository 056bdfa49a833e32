import type { CounterSlot, CounterSlots, SlotStamp } from '../../../lib/telemetry/counter-slots.ts';

/** Slots in memory; `slots` is what they hold. */
export function memoryCounterSlots(): CounterSlots & { slots: CounterSlot[] } {
  const slots: CounterSlot[] = [];
  return {
    slots,
    async read(from, count) {
      return Array.from({ length: count }, (_, offset) => structuredClone(slots[from + offset]));
    },
    async write(index, slot, expected) {
      if (!isOf(slots[index], expected)) return 'refused';
      slots[index] = structuredClone(slot);
      return 'done';
    },
  };
}

const isOf = (slot: CounterSlot | undefined, expected: SlotStamp | undefined): boolean =>
  slot?.owner === expected?.owner && slot?.version === expected?.version;
