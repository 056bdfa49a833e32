import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterQueueName, eventsQueueName, stackName } from '../../../lib/stage/names.ts';
import { parseStage } from '../../../lib/stage/parse.ts';
import { Closers } from '../../../local/closers.ts';
import { type Deployment, deploy } from '../../../local/deployment.ts';
import { startEventSource } from '../../../local/event-source.ts';
import { createGateway } from '../../../local/gateway/gateway.ts';
import { listenForEvents } from '../../../local/gateway/listen.ts';
import { runFunctions } from '../../../local/running-functions.ts';
import { startSecrets, startServices } from '../../../local/services.ts';
import { readLocalSettings } from '../../../local/settings.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../../local/simulator/server.ts';
import { synthesise } from '../../../local/synthesise.ts';
import { REGION, type Template } from '../../../local/template/resolve.ts';
import { eventually } from '../../e2e/support/eventually.ts';
import { recordingServer } from '../../support/recording-server.ts';
import { schemaRegistry } from '../../support/schema-registry.ts';
import { type AwsGate, startAwsGate } from './aws-gate.ts';
import { type Call, callText, isAllowed, type Right } from './policy.ts';
import { REGISTRY_SECRET, stageFile } from './stage-file.ts';
import { rightsOf } from './template-rights.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const WEBHOOK_SECRET = 'grants-webhook-secret-0123456789';
const SCRAPE_TOKEN = 'grants-scrape-token-0123456789';
const STAGE = 'grants';

/** The deployable bundles on emulators, each behind a gate that knows the template's policies and refuses what they do not allow. */
export interface GrantsWorld {
  template: Template;
  rights: Right[];
  /** Different calls of the functions so far. */
  calls(): Call[];
  refused(): Call[];
  cxone: RunningSimulator['simulator'];
  dynamo: AwsGate;
  /** A signed webhook; its status. */
  post(path: string, body: unknown): Promise<number>;
  /** GET /metrics with the token; its status. */
  scrape(): Promise<number>;
  /** A message that no receiver has sent. */
  enqueue(body: string): Promise<void>;
  invoke(name: string): Promise<unknown>;
  /** The router as it is deployed, with brokers instead of the topic log, works one event. */
  invokeRouterWithKafka(event: unknown): Promise<unknown>;
  settled(): Promise<void>;
  parked(): Promise<number>;
  close(): Promise<void>;
}

export async function grantsWorld(): Promise<GrantsWorld> {
  const closers = new Closers();
  const directory = mkdtempSync(join(tmpdir(), 'relay-grants-'));
  closers.add(async () => rmSync(directory, { recursive: true, force: true }));
  try {
    return await start(directory, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(directory: string, closers: Closers): Promise<GrantsWorld> {
  const cxone = await closers.started(startCxoneSimulator());
  const registry = await closers.started(schemaRegistry());
  const influx = await closers.started(recordingServer((response) => void response.writeHead(204).end()));
  const stage = parseStage(STAGE, stageFile(cxone.url, registry, influx.url), 'local');
  const application = synthesise(stage, join(directory, 'cdk.out'));
  const rights = rightsOf(application.template);
  const book = callBook(rights);
  const settings = readLocalSettings({ RELAY_DATA_DIR: directory }, PROJECT);
  const services = await closers.started(startServices(settings));
  const { clientId, clientSecret } = cxone.simulator.state.options;
  const values = {
    redis: services.redis,
    cxone: { baseUrl: cxone.url, clientId, clientSecret },
    webhookSecret: WEBHOOK_SECRET,
    prometheusToken: SCRAPE_TOKEN,
    influxToken: 'grants-influx-token',
  };
  const secrets = await closers.started(startSecrets(stage, values));
  secrets.replace(REGISTRY_SECRET, { username: 'relay', password: 'relay' });
  const gateTo = (target: string) => closers.started(startAwsGate({ target, mayPass: book.mayPass }));
  const sqs = await gateTo(services.sqsEndpoint);
  const dynamo = await gateTo(services.dynamoEndpoint);
  const secretsManager = await gateTo(secrets.url);

  let routes: Awaited<ReturnType<typeof deploy>>['routes'] = [];
  let invokeByArn: (arn: string, event: unknown) => Promise<unknown> = async () => undefined;
  const door = createGateway(() => ({
    routes,
    invoke: (arn, event) => invokeByArn(arn, event),
    onRequest: () => undefined,
    admin: async () => undefined,
  }));
  const gateway = await closers.started(listenForEvents(door, 0));
  // queue URLs lie below the gate, which is where the functions go then
  const deployment = await deploy(
    application,
    { ...services, sqsEndpoint: sqs.url },
    gateway.url,
    `${stackName(STAGE)}-`,
  );
  routes = deployment.routes;
  for (const resource of deployment.functions) resource.environment.AWS_ACCESS_KEY_ID = resource.name;
  const running = (topicLogDirectory: string | null) => {
    const functions = runFunctions({
      deployment,
      endpoints: { sqs: sqs.url, dynamo: dynamo.url, secretsManager: secretsManager.url, topicLogDirectory },
      logDirectory: join(directory, topicLogDirectory === null ? 'kafka-logs' : 'logs'),
      maxSandboxes: {},
      onNotice: () => undefined,
    });
    closers.add(() => functions.stop(2000));
    return functions;
  };
  const functions = running(join(directory, 'topics'));
  const withKafka = running(null);
  invokeByArn = (arn, event) => functions.byArn(arn).invoke(event);
  const sources = pollAsRouter(sqs.url, deployment, (name, event) => functions.byFunctionName(name).invoke(event));
  closers.add(async () => void (await Promise.all(sources.map((source) => source.stop()))));

  const queueUrl = (name: string) => services.sqsEndpoint + new URL(deployment.queueUrls.get(name) ?? '').pathname;
  const depth = async (name: string): Promise<number> => {
    const { Attributes = {} } = await services.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames: ['All'] }),
    );
    return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  };
  return {
    template: application.template,
    rights,
    calls: book.calls,
    refused: book.refused,
    cxone: cxone.simulator,
    dynamo,
    async post(path, body) {
      const text = JSON.stringify(body);
      const signature = `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(text).digest('hex')}`;
      const headers = { 'content-type': 'application/json', 'x-cxone-signature': signature };
      return (await fetch(gateway.url + path, { method: 'POST', headers, body: text })).status;
    },
    async scrape() {
      const headers = { authorization: `Bearer ${SCRAPE_TOKEN}` };
      return (await fetch(`${gateway.url}/metrics`, { headers })).status;
    },
    async enqueue(body) {
      const QueueUrl = queueUrl(eventsQueueName(STAGE));
      const input = { QueueUrl, MessageBody: body, MessageGroupId: 'g', MessageDeduplicationId: body };
      await services.sqs.send(new SendMessageCommand(input));
    },
    invoke: (name) => functions.byName(name).invoke({}),
    invokeRouterWithKafka: (event) => withKafka.byName('dedup-router').invoke(event),
    settled: () => eventually(async () => (await depth(eventsQueueName(STAGE))) === 0),
    parked: () => depth(deadLetterQueueName(STAGE)),
    close: () => closers.closeAll(),
  };
}

/** Lambda's poller has the router's role. */
function pollAsRouter(
  endpoint: string,
  { eventSources, queueUrlsByArn }: Deployment,
  invoke: (functionName: string, event: unknown) => Promise<unknown>,
): { stop(): Promise<void> }[] {
  const credentials = { accessKeyId: 'dedup-router', secretAccessKey: 'local' };
  const sqs = new SQSClient({ region: REGION, endpoint, credentials });
  return eventSources.map(({ queueArn, functionName, batchSize }) =>
    startEventSource({
      sqs,
      queueUrl: queueUrlsByArn.get(queueArn) ?? '',
      queueArn,
      batchSize,
      pollers: 1,
      invoke: (event) => invoke(functionName, event),
      onTrouble: () => undefined,
    }),
  );
}

/** Decides by the rights, and keeps each different call. */
function callBook(rights: Right[]): Pick<GrantsWorld, 'calls' | 'refused'> & { mayPass: (call: Call) => boolean } {
  const seen = new Map<string, Call>();
  const calls = () => [...seen.values()];
  return {
    calls,
    refused: () => calls().filter((call) => !isAllowed(call, rights)),
    mayPass(call) {
      seen.set(`${callText(call)} ${JSON.stringify(call.context)}`, call);
      return isAllowed(call, rights);
    },
  };
}
