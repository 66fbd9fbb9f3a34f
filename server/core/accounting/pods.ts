/**
 * Kubernetes pod and container of a cgroup path, as "<pod uid>/<container id>" with the id cut to 12
 * characters; absent when the path is not a pod's. Both the cgroupfs driver
 * (/kubepods/burstable/pod<uid>/<id>) and the systemd one (…-pod<uid>.slice/cri-containerd-<id>.scope)
 * are read; systemd writes the uid's dashes as underscores.
 */
export function podOf(cgroupPath: string): string | undefined {
  const [, uid] = /pod([0-9a-f]{8}[-_0-9a-f]{0,40})/.exec(cgroupPath) ?? [];
  if (!uid || !cgroupPath.includes("kubepods")) return undefined;
  const [, container] = /([0-9a-f]{64})(?:\.scope)?\/?$/.exec(cgroupPath) ?? [];
  const pod = uid.replaceAll("_", "-");
  return container ? `${pod}/${container.slice(0, 12)}` : pod;
}
