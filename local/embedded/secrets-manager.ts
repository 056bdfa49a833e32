import { bufferedServer, type LoopbackServer, listenOnLoopback, sendJson } from './loopback-server.ts';

/** Secrets Manager's GetSecretValue (AWS JSON 1.1) over `secrets`: name → JSON. `replace` rotates one, as a user would. */
export interface EmbeddedSecretsManager extends LoopbackServer {
  replace(name: string, json: Record<string, unknown>): void;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';

export async function startEmbeddedSecretsManager(
  secrets: ReadonlyMap<string, Record<string, unknown>>,
): Promise<EmbeddedSecretsManager> {
  const held = new Map(secrets);
  const server = bufferedServer((request, body, response) => {
    if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') {
      return sendJson(response, 400, { __type: 'UnknownOperationException' }, CONTENT_TYPE);
    }
    const { SecretId: name = '' } = JSON.parse(body.toString('utf8')) as { SecretId?: string };
    const secret = held.get(name);
    if (secret === undefined) {
      const message = `Secrets Manager can't find the specified secret "${name}".`;
      return sendJson(response, 400, { __type: 'ResourceNotFoundException', message }, CONTENT_TYPE);
    }
    const answer = { ARN: name, Name: name, SecretString: JSON.stringify(secret), VersionStages: ['AWSCURRENT'] };
    sendJson(response, 200, answer, CONTENT_TYPE);
  });
  const listening = await listenOnLoopback(server);
  return { ...listening, replace: (name, json) => void held.set(name, json) };
}
