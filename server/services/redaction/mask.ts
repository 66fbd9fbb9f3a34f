import { bareHost, isEveryonesAddress, isIpAddress, splitEndpoint } from "./address";
import { createPseudonyms, type PseudonymWord } from "./pseudonyms";
import type { Reveal } from "./reveal";
import type { SensitiveValues } from "./sensitive-values";

/** Replaces what a reader of a shared report must not see. Every function is pure but for numbering. */
export interface Mask {
  readonly reveal: Reveal;
  readonly host: (value: string) => string;
  /** "10.0.0.7:443" → "address-1:443"; unix paths become "path-1"; loopback stays. */
  readonly endpoint: (value: string) => string;
  readonly path: (value: string) => string;
  readonly cgroup: (value: string) => string;
  readonly pod: (value: string) => string;
  readonly command: (value: string) => string;
  /** A sentence of our own that may quote values of the input. */
  readonly text: (value: string) => string;
  /** Kernel release, distribution, module or slab cache: a word of software, never of an address. */
  readonly word: (value: string) => string;
  readonly pseudonym: (word: PseudonymWord, value: string) => string;
}

export function createMask(reveal: Reveal, sensitive: SensitiveValues): Mask {
  const pseudonym = createPseudonyms();
  const known = createKnownReplacer(reveal, sensitive, pseudonym);
  const hide = (isOpen: boolean, word: PseudonymWord) => (value: string) =>
    isOpen || value === "" ? value : pseudonym(word, value);

  const path = (value: string) => (isCommonPath(value) ? value : hide(reveal.paths, "path")(value));
  const address = hide(reveal.addresses, "address");

  const endpoint = (value: string): string => {
    if (value.startsWith("/") || value.startsWith("@")) return path(value);
    const { host, port } = splitEndpoint(value);
    return isEveryonesAddress(host) ? value : `${address(bareHost(host))}${port}`;
  };

  const word = (value: string): string => known(value);
  const text = (value: string): string => {
    const withoutAddresses = value
      .replace(MAC, (found) => address(found))
      .replace(IPV4, (found) => (isEveryonesAddress(found) ? found : address(found)))
      .replace(IPV6, (found) => maskIpv6(found, address));
    const withoutIds = reveal.paths
      ? withoutAddresses
      : withoutAddresses.replace(LONG_ID, (found) => pseudonym("id", found));
    return withoutIds.replace(PATH, (found) => path(found));
  };

  return {
    reveal,
    host: (value) => (value === "localhost" ? value : hide(reveal.hostnames, "host")(value)),
    endpoint,
    path,
    cgroup: (value) => (value === "/" ? value : hide(reveal.paths, "cgroup")(value)),
    pod: hide(reveal.paths, "pod"),
    command: hide(reveal.commands, "command"),
    word,
    text: (value) => text(known(value)),
    pseudonym,
  };
}

// All look at most a fixed number of characters ahead, so a line of 10 MB takes linear time.
const MAC = /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/gi;
const IPV4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)/g;
const IPV6 = /(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?::?\d{1,3}(?:\.\d{1,3}){3})?/gi;
const LONG_ID =
  /(?<![0-9a-z])(?:[0-9a-f]{32,64}|[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})(?![0-9a-z])/gi;
const PATH = /(?<![\w.\-/*])(?<!:(?=\/\/))[~@]?\/[^\s"'`,;()<>[\]{}|]{1,4096}/g;

function maskIpv6(found: string, address: (value: string) => string): string {
  if (!isIpAddress(found) || isEveryonesAddress(found)) return found;
  return address(found.toLowerCase());
}

const COMMON_PATH =
  /^\/(?:proc\/(?:\d+|self|net|sys|pressure|sysvipc|spl|fs)?[\w/.*<>-]*|sys\/(?:kernel|devices\/system|module|block|fs\/cgroup)(?:\/[a-z0-9_.*-]{1,40}){0,6}|dev\/(?:null|shm)|proc|sys|tmp|\*?)\/?$/;

/** Paths of the kernel's own file systems, the same on every machine. */
function isCommonPath(value: string): boolean {
  return COMMON_PATH.test(value);
}

type Replacer = (value: string) => string;

/** Replaces values that are known from the input, longest first, where they stand as whole words. */
function createKnownReplacer(
  reveal: Reveal,
  sensitive: SensitiveValues,
  pseudonym: Mask["pseudonym"],
): Replacer {
  const values = [
    ...named(sensitive.hostnames, "host", reveal.hostnames),
    ...named(sensitive.addresses, "address", reveal.addresses),
    ...named(sensitive.commands, "command", reveal.commands),
    ...named(sensitive.paths, "path", reveal.paths),
    ...named(sensitive.cgroups, "cgroup", reveal.paths),
  ].sort((a, b) => b.value.length - a.value.length);
  return (text) => {
    let result = text;
    for (const { value, word } of values)
      if (result.toLowerCase().includes(value.toLowerCase()))
        result = replaceWhole(result, value, pseudonym(word, value));
    return result;
  };
}

function named(values: Iterable<string>, word: PseudonymWord, isOpen: boolean) {
  return isOpen ? [] : [...values].map((value) => ({ value, word }));
}

/** Case does not matter in host names; "web1" inside "web10" is another word. */
function replaceWhole(text: string, value: string, replacement: string): string {
  const escaped = value.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return text.replace(
    new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "giu"),
    () => replacement,
  );
}
