import type { ServerResponse } from 'node:http';
import type { Clock } from '../../lib/platform/clock.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { answerAdmin } from './admin.ts';
import { type Answer, type Call, refuse } from './api.ts';
import { deliver } from './deliver.ts';
import { execute } from './dispatch.ts';
import { createFaultBoard } from './faults.ts';
import { revokeTokens } from './oauth.ts';
import { DEFAULT_OPTIONS, type SimulatorOptions } from './options.ts';
import { createBucket } from './rate-limit.ts';
import { readCall } from './read-call.ts';
import { blankBody, blankHeaders, createRequestLog, type LoggedRequest, type RequestLog } from './request-log.ts';
import { applyFault, send } from './respond.ts';
import type { CxoneSimulator } from './simulator.ts';
import { createState } from './state.ts';

export function createCxoneSimulator(
  options: Partial<SimulatorOptions> = {},
  clock: Pick<Clock, 'nowMs'> = systemClock,
): CxoneSimulator {
  const all = { ...DEFAULT_OPTIONS, ...options };
  const state = createState(all);
  const faults = createFaultBoard();
  const log = createRequestLog();
  const limits = { token: createBucket(all.tokenRequestsPerSecond), api: createBucket(all.apiRequestsPerSecond) };
  let seq = 0;

  const simulator: CxoneSimulator = {
    async handle(request, response) {
      seq += 1;
      const call = await readCall(request, seq, clock.nowMs());
      response.setHeader('date', new Date(call.nowMs).toUTCString()); // a Retry-After date is read against it
      if (call.path.startsWith('/_sim/')) return send(response, await answerAdmin(call, simulator));
      await serve(call, response);
    },
    state,
    faults,
    requests: () => log.list(),
    addFault: (fault) => faults.add(fault),
    revokeTokens: () => revokeTokens(state),
    deliver: (event, target) => deliver(event, state, target),
    reset() {
      Object.assign(state, createState(state.options), { nextId: state.nextId }); // no id is given out twice
      faults.clear();
      log.clear();
    },
  };

  async function serve(call: Call, response: ServerResponse): Promise<void> {
    const logged = enter(log, call);
    response.once('finish', () => {
      logged.answeredAtMs = clock.nowMs();
      logged.status = response.statusCode;
      logged.retryAfter = response.getHeader('retry-after')?.toString() ?? null;
    });
    const run = (): Answer => {
      logged.executedAtMs = clock.nowMs();
      return execute({ ...call, nowMs: logged.executedAtMs }, state);
    };
    const limit = isTokenCall(call) ? limits.token : limits.api;
    if (!limit(call.nowMs))
      return send(response, { ...refuse(429, 'rate limit exceeded'), headers: { 'retry-after': '1' } });
    const fault = faults.draw(call.method, call.path, state.random);
    if (fault === undefined) return send(response, run());
    logged.fault = fault.kind;
    await applyFault(fault, response, run, clock);
  }
  return simulator;
}

const isTokenCall = ({ path }: Call): boolean => /\/(oauth\/token|token\/access-key)$/.test(path);

function enter(log: RequestLog, call: Call): LoggedRequest {
  return log.add({
    seq: call.seq,
    method: call.method,
    path: call.path,
    query: call.query.toString(),
    headers: blankHeaders(call.headers),
    body: blankBody(call.body),
    receivedAtMs: call.nowMs,
  });
}
