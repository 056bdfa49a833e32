import { AS_DECLARED, type Plan, type PlannedAction, pending } from '../../lib/subscriptions/plan.ts';

const SIGNS = { create: '+', update: '~', delete: '-', conflict: '!', keep: '=' } as const;

/** What changes, from what, to what, and why; what stays is told only if it is not as declared. */
export function planLines({ actions, limitError }: Plan): string[] {
  const told = actions.filter(({ type, reason }) => type !== 'keep' || reason !== AS_DECLARED);
  const kept = actions.filter(({ type }) => type === 'keep').length;
  const changes = pending(actions).length;
  return [
    ...told.flatMap(actionLines),
    ...(limitError === undefined ? [] : [`! ${limitError}`]),
    `${changes === 0 ? 'nothing' : changes} to change, ${kept} kept`,
  ];
}

function actionLines(action: PlannedAction): string[] {
  const id = action.type === 'create' ? '' : ` (${action.id})`;
  const head = `${SIGNS[action.type]} ${action.type} ${action.name}${id}: ${action.reason}`;
  if (action.type === 'update') {
    return [head, ...action.changes.map(({ path, from, to }) => `    ${path}: ${told(from)} -> ${told(to)}`)];
  }
  if (action.type === 'create') {
    const { name: _name, ...fields } = action.payload;
    return [head, ...Object.entries(fields).map(([field, value]) => `    ${field}: ${told(value)}`)];
  }
  return [head];
}

const told = (value: unknown): string => (value === null || value === undefined ? '(nothing)' : JSON.stringify(value));
