/** "6.1.0-50-amd64" → [6, 1]; absent when the text does not start with a version. */
function kernelVersion(release: string): readonly [number, number] | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  return major && minor ? [Number(major), Number(minor)] : undefined;
}

/**
 * Whether a kernel release is at least major.minor; false when it cannot be read. Distributions move
 * changes between versions, so this decides only what no value can.
 */
export function isKernelAtLeast(release: string, major: number, minor: number): boolean {
  const version = kernelVersion(release);
  if (!version) return false;
  return version[0] > major || (version[0] === major && version[1] >= minor);
}
