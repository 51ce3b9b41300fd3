import { isIP } from 'node:net';

/** Host names of a development server in addition to those of this machine; a name that starts with a dot includes its subdomains. */
export type AllowedHosts = readonly string[] | true;

/**
 * Whether requests for a host are allowed, by the rules of Vite: otherwise a page of another site could point its own host name to this
 * machine and read the response. Vite 6 checks this only after the middlewares of plugins.
 */
export function isAllowedHost(header: string | undefined, allowed: AllowedHosts): boolean {
  if (allowed === true) return true;
  const name = hostname(header ?? '');
  if (name === undefined) return false;
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  return allowed.some((host) => name === host || (host.startsWith('.') && (name === host.slice(1) || name.endsWith(host))));
}

/** The host name in lower case, without the port and without the brackets of an IPv6 address. */
function hostname(header: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d+)?$/i.exec(header) ?? [];
  return (address ?? name)?.toLowerCase();
}
