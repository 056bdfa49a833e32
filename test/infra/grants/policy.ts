/** One right of a policy: a single action on a single resource. A statement of several is several of them. */
export interface Right {
  effect: 'Allow' | 'Deny';
  /** Whose: a function's name, a service's host name, an account's root ARN; `*` for everybody. */
  principal: string;
  /** May hold `*` and `?`, as may the resource. */
  action: string;
  resource: string;
  /** Operator → key → value, or values of which any will do. */
  conditions: Record<string, Record<string, string | string[]>>;
}

/** What someone wants to do, as IAM sees it. */
export interface Call {
  principal: string;
  action: string;
  resource: string;
  /** Condition keys that IAM would know of this call; some have several values. */
  context: Record<string, string | string[]>;
}

/** IAM's rule within one account: no matching denial, and a matching permission of the caller's role or of the resource. */
export function isAllowed(call: Call, rights: readonly Right[]): boolean {
  const matching = rights.filter((right) => matches(right, call));
  return !matching.some(({ effect }) => effect === 'Deny') && matching.some(({ effect }) => effect === 'Allow');
}

const matches = (right: Right, call: Call): boolean =>
  (right.principal === '*' || right.principal === call.principal) &&
  like(call.action.toLowerCase(), right.action.toLowerCase()) &&
  like(call.resource, right.resource) &&
  Object.entries(right.conditions).every(([operator, keys]) => holds(operator, keys, call.context));

const COMPARE: Record<string, (values: string[], wanted: string[]) => boolean> = {
  Bool: ([value], wanted) => wanted.some((each) => value === each),
  StringEquals: ([value], wanted) => wanted.some((each) => value === each),
  ArnLike: ([value = ''], wanted) => wanted.some((each) => like(value, each)),
  'ForAllValues:StringLike': (values, wanted) => values.every((value) => wanted.some((each) => like(value, each))),
};

/** @throws for an operator that is not known: a condition that were passed over would let in what IAM does not. */
function holds(operator: string, keys: Right['conditions'][string], context: Call['context']): boolean {
  const compare = COMPARE[operator];
  if (compare === undefined) throw new Error(`add the condition operator ${operator} to COMPARE`);
  return Object.entries(keys).every(([key, wanted]) => {
    const value = context[key];
    return value !== undefined && compare([value].flat(), [wanted].flat());
  });
}

function like(text: string, pattern: string): boolean {
  const expression = pattern.replace(/[.*+?^${}()|[\]\\]/g, (special) =>
    special === '*' ? '.*' : special === '?' ? '.' : `\\${special}`,
  );
  return new RegExp(`^${expression}$`, 's').test(text);
}

export const rightText = ({ principal, action, resource }: Right): string => `${principal} ${action} ${resource}`;
export const callText = ({ principal, action, resource }: Call): string => `${principal} ${action} ${resource}`;
