const WORDS: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "in uninterruptible sleep",
  T: "stopped",
  t: "stopped by a debugger",
  Z: "zombie",
  X: "dead",
  I: "idle",
};

/** A process state letter (proc_pid_stat(5)) in words; an unknown letter is shown as it is. */
export function processStateWord(state: string): string {
  return WORDS[state.charAt(0)] ?? state;
}

/** True for states in which a process reads nothing: that is worth a mark. */
export function isStuckState(state: string): boolean {
  return /^[DTtZ]/.test(state);
}
