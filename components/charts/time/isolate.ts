/**
 * What is isolated after a legend entry was chosen. Alone: it is isolated, or all are shown again if it was already
 * the only one. Adding (Ctrl, Cmd, Shift+Enter): it joins or leaves the others.
 */
export function nextIsolated(
  isolated: readonly string[],
  id: string,
  isAdding: boolean,
): readonly string[] {
  if (!isAdding) return isolated.length === 1 && isolated[0] === id ? [] : [id];
  return isolated.includes(id) ? isolated.filter((other) => other !== id) : [...isolated, id];
}
