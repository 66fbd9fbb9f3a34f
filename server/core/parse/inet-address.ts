/**
 * Internet addresses as the socket tables write them, brought to one spelling:
 * "127.0.0.1:80", "[::1]:80", "0.0.0.0:*", "*:80". IPv4-mapped IPv6 becomes IPv4.
 */

const MAPPED_PREFIX = "::ffff:";

/**
 * "0100007F:46A0" of /proc/net/tcp to "127.0.0.1:18080"; 32 hex digits before the
 * colon are IPv6. Port 0 is written "*", as ss does. Undefined when it is no such address.
 *
 * The kernel prints each 32-bit word of the address in host byte order
 * (net/ipv4/tcp_ipv4.c get_tcp4_sock); little-endian hosts only, s390x reads reversed.
 */
export function decodeHexEndpoint(text: string): string | undefined {
  const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  const port = Number.parseInt(match[2], 16) || "*";
  const bytes = hostOrderBytes(match[1]);
  if (bytes.length === 4) return `${bytes.join(".")}:${port}`;
  const groups = ipv6Groups(bytes);
  if (isMapped(groups)) return `${bytes.slice(12).join(".")}:${port}`;
  return `[${shortenIpv6(groups)}]:${port}`;
}

/**
 * An endpoint in the words of ss or netstat to the common spelling. Old tools write
 * IPv6 without brackets (":::22", "::1:631"): the last colon parts the port.
 * What is no internet address ("rtnl:kernel") comes back as it is.
 */
export function normalizeEndpoint(text: string): string {
  const portAt = text.lastIndexOf(":");
  if (portAt < 0) return text;
  const host = unbracket(text.slice(0, portAt));
  const port = text.slice(portAt + 1);
  const mapped = mappedIpv4(host);
  if (mapped) return `${mapped}:${port}`;
  if (text.startsWith("[") || !host.includes(":")) return text;
  return `[${host}]:${port}`;
}

function unbracket(host: string): string {
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}

function mappedIpv4(host: string): string | undefined {
  if (!host.toLowerCase().startsWith(MAPPED_PREFIX)) return undefined;
  const ipv4 = host.slice(MAPPED_PREFIX.length);
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(ipv4) ? ipv4 : undefined;
}

function hostOrderBytes(hex: string): number[] {
  const words = hex.match(/.{8}/g) ?? [];
  return words.flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse(),
  );
}

function ipv6Groups(bytes: readonly number[]): number[] {
  return Array.from(
    { length: 8 },
    (_, index) => (bytes[index * 2] ?? 0) * 256 + (bytes[index * 2 + 1] ?? 0),
  );
}

function isMapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

/** RFC 5952: the longest run of two or more zero groups becomes "::". */
function shortenIpv6(groups: readonly number[]): string {
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(":");
  return `${hex.slice(0, run.start).join(":")}::${hex.slice(run.start + run.length).join(":")}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}
