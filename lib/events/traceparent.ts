const VERSION_00 = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The W3C trace context of a request, if it is well-formed; else undefined, as the specification demands. */
export function wellFormedTraceparent(header: string | undefined): string | undefined {
  return header !== undefined && VERSION_00.test(header) ? header : undefined;
}
