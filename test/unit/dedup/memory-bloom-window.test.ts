import { describe } from '@jest/globals';
import {
  bloomWindowContract,
  CONTRACT_WINDOW_MS,
  contractGeometry,
} from '../../contract/dedup-bloom-window.contract.ts';
import { fakeClock } from '../../support/clock.ts';
import { memoryBloomWindow } from '../../support/dedup/memory-bloom-window.ts';

describe('Bloom window in memory', () => {
  const clock = fakeClock();
  const make = async () => memoryBloomWindow({ geometry: contractGeometry(), windowMs: CONTRACT_WINDOW_MS, clock });
  bloomWindowContract(make, clock.nowMs());
});
