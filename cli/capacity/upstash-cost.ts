import { UPSTASH_PRICES } from './prices.ts';

export interface RedisMonth {
  commands: number;
  dataGb: number;
  trafficGb: number;
}

/** The cheapest plan that holds the data and the traffic. A call of the script counts as one command. */
export function upstashCost({ commands, dataGb, trafficGb }: RedisMonth): { plan: string; usdPerMonth: number } {
  const { usdPerCommand, usdPerGbMonth, freeTrafficGb, usdPerTrafficGb } = UPSTASH_PRICES.payAsYouGo;
  const byUse =
    commands * usdPerCommand + dataGb * usdPerGbMonth + Math.max(0, trafficGb - freeTrafficGb) * usdPerTrafficGb;
  const fixed = UPSTASH_PRICES.fixed.find((plan) => plan.dataGb >= dataGb && plan.trafficGb >= trafficGb);
  if (fixed && fixed.usd < byUse) return { plan: fixed.name, usdPerMonth: fixed.usd };
  return { plan: 'pay as you go', usdPerMonth: byUse };
}
