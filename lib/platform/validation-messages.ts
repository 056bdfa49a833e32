import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

/** `zod/mini` ships without texts and would call every fault "Invalid input". Import this file wherever people read them. */
z.config(en());
