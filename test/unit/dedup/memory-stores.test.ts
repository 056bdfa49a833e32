import { describe } from '@jest/globals';
import { filterRecordContract } from '../../contract/dedup-filter-record.contract.ts';
import { ledgerContract } from '../../contract/dedup-ledger.contract.ts';
import { memoryFilterRecord } from '../../support/dedup/memory-filter-record.ts';
import { memoryLedger } from '../../support/dedup/memory-ledger.ts';

describe('filter record in memory', () => {
  filterRecordContract(async () => memoryFilterRecord());
});

describe('ledger in memory', () => {
  ledgerContract(async () => memoryLedger());
});
