/**
 * Socket states in the spelling of ss.
 *
 * Source: include/net/tcp_states.h (the numbers), iproute2 misc/ss.c (the
 * spelling), net-tools statistics.c and netstat.c (the other spelling).
 */
const STATE_BY_NUMBER: readonly string[] = [
  "UNKNOWN",
  "ESTAB",
  "SYN-SENT",
  "SYN-RECV",
  "FIN-WAIT-1",
  "FIN-WAIT-2",
  "TIME-WAIT",
  "UNCONN",
  "CLOSE-WAIT",
  "LAST-ACK",
  "LISTEN",
  "CLOSING",
  "SYN-RECV", // TCP_NEW_SYN_RECV, a request socket
  "BOUND-INACTIVE",
];

const SS_STATES: ReadonlySet<string> = new Set([...STATE_BY_NUMBER, "CLOSED"]);

const STATE_BY_NETSTAT_WORD: ReadonlyMap<string, string> = new Map([
  ["ESTABLISHED", "ESTAB"],
  ["SYN_SENT", "SYN-SENT"],
  ["SYN_RECV", "SYN-RECV"],
  ["FIN_WAIT1", "FIN-WAIT-1"],
  ["FIN_WAIT2", "FIN-WAIT-2"],
  ["TIME_WAIT", "TIME-WAIT"],
  ["CLOSE", "UNCONN"],
  ["CLOSED", "UNCONN"],
  ["CLOSE_WAIT", "CLOSE-WAIT"],
  ["LAST_ACK", "LAST-ACK"],
  ["LISTEN", "LISTEN"],
  ["CLOSING", "CLOSING"],
  ["UNKNOWN", "UNKNOWN"],
  ["LISTENING", "LISTEN"],
  ["CONNECTING", "SYN-SENT"],
  ["CONNECTED", "ESTAB"],
  ["DISCONNECTING", "CLOSING"],
  ["FREE", "UNCONN"],
]);

/** The state number of a /proc/net table, written in hex ("0A"), to "LISTEN"; undefined when unknown. */
export function stateOfHexNumber(hex: string): string | undefined {
  return STATE_BY_NUMBER[Number.parseInt(hex, 16)];
}

/** "CLOSE_WAIT" of netstat to "CLOSE-WAIT"; undefined when the word is no state. */
export function stateOfNetstatWord(word: string): string | undefined {
  return STATE_BY_NETSTAT_WORD.get(word);
}

export function isSsState(word: string): boolean {
  return SS_STATES.has(word);
}
