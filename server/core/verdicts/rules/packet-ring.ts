import type { Holding } from "../../accounting/holding";
import { packetRings } from "../../accounting/packet-rings";
import { formatBytes } from "../../format-bytes";
import type { NextStep } from "../../report";
import type { Bytes } from "../../units";
import { confidenceOf } from "../confidence";
import { couldBeOthers, type HeldCase, holdersOf, judgeHeld, roomIn } from "../descriptor-rule";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { processName } from "../socket-holder";
import { sizeStatus } from "../thresholds";

/** Programs that keep a packet socket for their protocol and never a ring that matters. */
const PROTOCOL_DAEMONS =
  /^(?:dhclient|dhcpcd|udhcpc|dhcpd|NetworkManager|nm-|systemd-networ|lldpd|lldpad|wpa_supplicant|hostapd|keepalived|arping|arpd|radvd|rpcapd|chronyd|ptp4l|timemaster|iscsiuio|mstpd|wicked|connmand|avahi|dnsmasq|pppd|pppoe|ospfd|isisd|zebra|bfdd|vrrpd|ucarp|calico|cilium|flannel|speaker|kube|multus|frr|fcoemon|cfm_|teamd|bird)/;

const CONFIRM: readonly NextStep[] = [
  {
    command: "ss -0 -a -e -m -p -i",
    proves: "ring_rx(blk_size:…,blk_nr:…) of each packet socket: their product is the memory.",
    risk: "Reads only.",
    root: true,
  },
];
const FIX =
  "Ask the capture for a smaller ring (tcpdump -B, ring-size of suricata, bpf_buffer_size) or stop it when it is not needed; the pages come back when the socket is closed.";
const FIX_RISK = "A smaller ring drops packets sooner; stopping the capture ends it.";

/**
 * Rings of AF_PACKET sockets: pages straight from the buddy allocator that neither Rmem nor a cgroup is charged for. Sizes
 * stand in `ss -i` or in the mapping of the reader. Where neither was read, a capture that still has the socket is named
 * only when nothing else could hold what is missing.
 */
export const packetRing: Rule = {
  id: "packet-ring",
  title: "Rings of packet capture sockets",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const { sized, unsized } = packetRings(diagnosis.snapshot);
    if (sized.length > 0) return judgeHeld(diagnosis, rest, caseOf(sized));
    return judgeUnsized(diagnosis, unsized, roomIn(diagnosis, rest, "allocpage"));
  },
};

function caseOf(holdings: readonly Holding[]): HeldCase {
  return {
    bucket: "allocpage",
    holdings,
    noun: "rings of packet sockets",
    confirm: CONFIRM,
    fix: FIX,
    fixRisk: FIX_RISK,
  };
}

function judgeUnsized(
  diagnosis: Diagnosis,
  unsized: readonly Holding[],
  room: Bytes,
): Found | undefined {
  const captures = unsized.filter(({ comm }) => comm !== undefined && !PROTOCOL_DAEMONS.test(comm));
  const [first] = captures;
  const status = Number.isFinite(room) ? sizeStatus(room, diagnosis.memTotal) : undefined;
  if (!first || !status || couldBeOthers(diagnosis, room)) return undefined;
  const holders = holdersOf(diagnosis.snapshot, captures).map((holder) => ({
    ...holder,
    bytes: { lower: 0, upper: room },
  }));
  return {
    status,
    headline: `${formatBytes(room)} are in pages that no counter shows; ${processName(first)} captures packets and may hold them in a ring, whose size is not shown`,
    confirm: CONFIRM,
    finding: {
      severity: status === "suspect" ? "critical" : "warning",
      ...confidenceOf([
        { factor: 0.5, why: "the size of the ring was not read" },
        { factor: 0.9, why: "other holders are only unlikely" },
      ]),
      bytes: { lower: 0, upper: room },
      holders,
      evidence: captures.slice(0, 3).map(({ evidence }) => evidence),
      fix: FIX,
      fixRisk: FIX_RISK,
    },
  };
}
