// RFC 1123 allows letters, digits, hyphen and dot; underscores, colons and other scripts are seen in
// the wild. Refused is what breaks a URL path or a terminal: control characters, separators, "." and "..".
const USABLE = /^(?!\.{1,2}$)[^\p{C}\p{Z}/\\]{1,253}$/u;

/** A name that a node can be filed under. */
export function isUsableNodeName(name: string): boolean {
  return USABLE.test(name);
}
