import { counterSlotsContract } from '../../contract/counter-slots.contract.ts';
import { memoryCounterSlots } from '../../support/telemetry/memory-counter-slots.ts';

counterSlotsContract(async () => memoryCounterSlots());
