import type { Mask } from "./mask";

// Names that the kernel, sos and our collector give, the same on every machine. Longest tail wins.
const STANDARD_TAILS: readonly RegExp[] = [
  /(?:^|\/)(proc\/(?:(?:\d{1,10}|self)\/)?(?:net|pressure|sysvipc|sys\/vm|sys\/net|sys\/kernel|spl\/kstat\/zfs|fd)?(?:\/[a-z0-9_]{1,30}){0,3}[a-z0-9_]{0,30})$/,
  /(?:^|\/)(sys\/(?:devices\/system\/node|kernel\/mm|kernel\/debug|kernel\/slab)(?:\/[A-Za-z0-9_-]{1,40}){1,6})$/,
  /(?:^|\/)(sys\/block\/zram\d{1,4}\/[a-z_]{1,30})$/,
  /(?:^|\/)(sos_commands\/(?:memory|networking|process|kernel|host|date|general|numa|cgroups|filesys)\/[A-Za-z0-9_.-]{1,120})$/,
  /(?:^|\/)(t[12]\/[a-z0-9_.-]{1,30})$/,
  /(?:^|\/)((?:meminfo|vmstat|zoneinfo|buddyinfo|slabinfo|slabtop|vmallocinfo|sockstat6?|modules|meta|sysctl|uname|uptime|os-release|ss(?:-[a-z0-9]{1,10})?|netstat|ps|fd|df|free|dmesg|cgroup-memory|paste)(?:\.txt)?)$/,
];

/**
 * The name of a file inside the input: only its standard part ("proc/meminfo") is shown. The folder
 * in front of it holds the host name in a sosreport; other names are replaced by "file-1".
 */
export function shareFileName(file: string, mask: Mask): string {
  if (mask.reveal.hostnames && mask.reveal.paths) return file;
  for (const pattern of STANDARD_TAILS) {
    const tail = pattern.exec(file)?.[1];
    if (tail !== undefined && mask.text(tail) === tail) return tail;
  }
  return mask.pseudonym("file", file);
}
