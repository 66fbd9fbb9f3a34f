import type { SlabEntry } from "./slab-glossary";

const NO = "unreclaimable";

/** Caches of sockets, packets, routes and packet filters. */
export const NETWORK_CACHES: readonly SlabEntry[] = [
  [
    /^skbuff_small_head$/,
    "network",
    NO,
    "Heads of small packets (kernel 6.2+). Grows when small datagrams lie unread.",
  ],
  [/^skbuff_fclone_cache$/, "network", NO, "Descriptors of packets being sent over TCP."],
  [
    /^skbuff_ext_cache$/,
    "network",
    NO,
    "Extensions of packets (IPsec, bridges, MPTCP). Of 192 bytes: SLUB may have merged another cache under this name.",
  ],
  [
    /^skbuff_/,
    "network",
    NO,
    "Packet descriptors (sk_buff). Their data is elsewhere: in kmalloc or in pages that no counter shows.",
  ],
  [/^(TCP|TCPv6|MPTCP.*|mptcp.*)$/, "network", NO, "One object per TCP socket."],
  [
    /^tw_sock_TCP/,
    "network",
    NO,
    "Sockets in TIME-WAIT, about 256 bytes each. They end by themselves after a minute.",
  ],
  [/^request_sock_/, "network", NO, "Connections that are being opened."],
  [
    /^(UDP|UDPv6|UDPLITE|RAW|PING|UNIX|PACKET|NETLINK|SCTP|DCCP|VSOCK|TIPC|CAN|ALG|XDP|KEY$|BLUETOOTH)/i,
    "network",
    NO,
    "One object per socket of this family.",
  ],
  [
    /^(tcp_bind|inet_peer|inet_frag|ip4-frags|ip6-frags)/,
    "network",
    NO,
    "Ports in use, peers and fragments.",
  ],
  [/^nf_conntrack_expect/, "netfilter", NO, "Connections that are expected.", "nf_conntrack"],
  [
    /^(nf_conntrack|ip_conntrack|nf_conn)/,
    "netfilter",
    NO,
    "One object per tracked connection. Falls when connections time out.",
    "nf_conntrack",
  ],
  [
    /^(nf_|nft_|xt_|ip_set|ipset|ebt|hashlimit|dsthash)/,
    "netfilter",
    NO,
    "Rules and sets of the packet filter.",
  ],
  [/^(ip_vs|ipvs)/, "load balancer", NO, "One object per connection that IPVS forwards.", "ip_vs"],
  [
    /^(neigh|arp_cache|ndisc|ip_dst|ip6_dst|rt6|rtable|fib|ip_fib|ip_mrt|mroute|dst_)/,
    "network",
    NO,
    "Routes and neighbours. Grow with destinations that are looked up; capped by net.ipv4.route and neigh.gc_thresh3.",
  ],
  [/^(xfrm|secpath|flow_cache|esp)/, "IPsec", NO, "States and policies of IPsec."],
  [
    /^(sw_flow|ovs|openvswitch)/,
    "Open vSwitch",
    NO,
    "One object per flow of the kernel datapath.",
    "openvswitch",
  ],
  [
    /^(bridge_fdb|br_|vxlan|macsec|geneve)/,
    "network",
    NO,
    "Addresses that bridges and tunnels have learned.",
  ],
  [
    /^(net_namespace|nsproxy)$/,
    "namespaces",
    NO,
    "One object per network namespace or set of namespaces.",
  ],
  [
    /^(mlx[45]|ice_|i40e|ixgbe|bnxt|ena_|virtio)/,
    "network driver",
    NO,
    "Book-keeping of a network driver.",
  ],
  [/^(page_pool|napi)/, "network", NO, "Pools of receive pages."],
  [
    /^(wg_|wireguard|allowedips)/,
    "WireGuard",
    NO,
    "Peers and addresses of WireGuard.",
    "wireguard",
  ],
];
