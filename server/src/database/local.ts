import { isIPv4, isIPv6 } from 'node:net';

/**
 * Whether a host, as written, is this machine: a Unix socket, `localhost`, 127.0.0.0/8, ::1, the mapped ::ffff:127.x.y.z,
 * or a name that the settings list (`host.docker.internal`, `db`). Decided by the text alone and strictly: a spelling
 * that only some resolvers take for loopback (`127.1`, `2130706433`, `0.0.0.0`, `localhost.`, `x.localhost`) is not local.
 */
export function isLocalHost(host: string, localHosts: readonly string[] = []): boolean {
  const name = host.toLowerCase();
  if (name.startsWith('/')) return true;
  if (name === 'localhost') return true;
  if (localHosts.some((known) => known !== '' && known.toLowerCase() === name)) return true;
  const address = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  if (isIPv4(address)) return address.startsWith('127.');
  return isIPv6(address) && isLoopback6(address);
}

/** The URL parser brings every spelling of an IPv6 address into one form; a zone (`%eth0`) it refuses. */
function isLoopback6(address: string): boolean {
  if (!URL.canParse(`http://[${address}]`)) return false;
  const canonical = new URL(`http://[${address}]`).hostname;
  return canonical === '[::1]' || /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(canonical);
}
