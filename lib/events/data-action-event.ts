import * as z from 'zod/mini';
import { jsonObject, text } from './fields.ts';

/** Kind `data-action` (contract §1): a script's data action was triggered. Fields beside `data` do not count. */
export const dataActionSchema = z.object({ eventType: text(), data: jsonObject() });
export type DataActionBody = z.output<typeof dataActionSchema>;
