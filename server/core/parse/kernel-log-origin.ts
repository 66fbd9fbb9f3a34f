import type { KernelLogLine } from "./kernel-log-lines";

/** Whose log it is, as far as its lines say it without doubt. */
export interface LogOrigin {
  /** Absent when lines of several hosts stand in one log. */
  readonly hostname?: string;
  /** Release of the kernel that printed the last trace, or of the last boot. */
  readonly kernel?: string;
}

const BOOT = /^Linux version (\d\S{1,100}) /;
// 6.1: "CPU: 2 PID: 24417 Comm: python3 Not tainted 6.8.0-45-generic #45"; before 3.x: "Pid: 7, comm: …".
const TRACE =
  /^(?:CPU: \d{1,5} (?:UID: \d{1,10} )?PID: \d{1,10} Comm: .{1,64}?|Pid: \d{1,10}, comm: .{1,64}?) (?:Not tainted|Tainted: [^\d]{1,60}?) (?:\(?(\d{1,2}\.\d{1,3}\S{0,100}))/;

/** Gathers the origin line by line. */
export class OriginReader {
  private hosts = new Set<string>();
  private kernel: string | undefined;

  see({ text, host }: KernelLogLine): void {
    if (host !== undefined && this.hosts.size < 2) this.hosts.add(host);
    if (!text.startsWith("CPU: ") && !text.startsWith("Linux v") && !text.startsWith("Pid: "))
      return;
    this.kernel = (BOOT.exec(text) ?? TRACE.exec(text))?.[1] ?? this.kernel;
  }

  result(): LogOrigin {
    const [hostname] = this.hosts;
    return {
      ...(hostname !== undefined && this.hosts.size === 1 ? { hostname } : {}),
      ...(this.kernel === undefined ? {} : { kernel: this.kernel }),
    };
  }
}
