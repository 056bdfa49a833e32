import * as z from 'zod/mini';
import { text, textOrNumber } from './fields.ts';

/** Kind `contact-action` (contract §1): something happened to a contact. Any further fields are part of its content. */
export const contactActionSchema = z.object({ actionType: text(), contactId: z.optional(textOrNumber()) });
export type ContactActionBody = z.output<typeof contactActionSchema>;
