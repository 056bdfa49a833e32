/**
 * The tokens of a JSON text that is known to be one: strings with their quotes, brackets, commas, colons, and the literals.
 * What is between them is white space.
 */
export const JSON_TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^\s"[\]{},:]+/g;
