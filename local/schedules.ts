import { randomUUID } from 'node:crypto';
import type { ScheduledEvent } from 'aws-lambda';
import { ACCOUNT, REGION } from './template/resolve.ts';
import type { ScheduleResource } from './template/resources.ts';

/** What EventBridge sends when a rule ticks. */
export function scheduledEvent(ruleName: string): ScheduledEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: new Date().toISOString(),
    region: REGION,
    resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/${ruleName}`],
    detail: {},
  };
}

/**
 * Ticks each rule at once and then at its rate. A tick that finds the one before still at work is left out: EventBridge would
 * drop it after its maximum age, and the functions' leases would end it at once.
 */
export function startSchedules(
  schedules: readonly ScheduleResource[],
  invoke: (functionArn: string, event: ScheduledEvent) => Promise<unknown>,
): { stop(): void } {
  const timers = schedules.map(({ ruleName, functionArn, everyMs }) => {
    let running = false;
    const tick = async () => {
      if (running) return;
      running = true;
      await invoke(functionArn, scheduledEvent(ruleName)).catch(() => undefined); // the host has logged it; the next tick tries again
      running = false;
    };
    void tick();
    return setInterval(() => void tick(), everyMs);
  });
  return { stop: () => timers.forEach(clearInterval) };
}
