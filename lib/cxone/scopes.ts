/** Which of contract §4's scopes a call needs; first match by a path's fixed middle, since base and version are configurable. */
const RULES: { path: RegExp; read: string; write: string }[] = [
  { path: /\/outbound\/contacts/, read: 'outbound:contacts:read', write: 'outbound:contacts:write outbound:dnc:write' },
  { path: /\/dnc-groups/, read: 'outbound:dnc:write', write: 'outbound:dnc:write' },
  { path: /\/event\/registrations/, read: 'event:read', write: 'webhook:write event:read data:read' },
  { path: /\/webhooks/, read: 'webhook:read', write: 'webhook:write data.action:read' },
  {
    path: /\/eventbridge\/subscriptions/,
    read: 'eventbridge:subscriptions:read',
    write: 'eventbridge:subscriptions:write',
  },
];

/** Scopes, space separated, that `method path` needs; undefined for a path the relay has no rule for. */
export function scopesFor(method: string, path: string): string | undefined {
  const rule = RULES.find((candidate) => candidate.path.test(path));
  return method === 'GET' ? rule?.read : rule?.write;
}
