import { isIP } from 'node:net';

/** What a development server is reached by, besides this machine: names, where one that begins with a dot stands for those below it. */
export type AllowedHosts = readonly string[] | true;

/**
 * Whether a request for a host may be answered, as Vite decides it: a page of another site can have its own name lead to this machine, and
 * would then read the answer. Vite 6 asks this only behind the middlewares of plugins.
 */
export function isAllowedHost(header: string | undefined, allowed: AllowedHosts): boolean {
  if (allowed === true) return true;
  const name = hostname(header ?? '');
  if (name === undefined) return false;
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  return allowed.some((host) => name === host || (host.startsWith('.') && (name === host.slice(1) || name.endsWith(host))));
}

/** The name without the port and without the brackets of an IPv6 address, in lower case. */
function hostname(header: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d+)?$/i.exec(header) ?? [];
  return (address ?? name)?.toLowerCase();
}
