/** What the sharer has chosen to leave readable; all false is the default and the safest. */
export interface Reveal {
  /** Host names and the name of the uploaded file. */
  readonly hostnames: boolean;
  /** IP and hardware addresses. Ports, loopback and wildcard are always shown. */
  readonly addresses: boolean;
  /** Command lines with their arguments. Process names (comm) are always shown. */
  readonly commands: boolean;
  /** Paths, mount points, unix socket names, cgroup and pod names. */
  readonly paths: boolean;
}

export const REVEAL_NOTHING: Reveal = {
  hostnames: false,
  addresses: false,
  commands: false,
  paths: false,
};
