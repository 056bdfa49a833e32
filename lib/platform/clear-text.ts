const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether what is sent to this URL can be read on its way: it is not https, and leaves the machine. */
export function isInClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== 'https:' && !LOOPBACK.test(hostname);
}
