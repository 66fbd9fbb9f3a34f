import { agentInstallLine } from "../agent-install-line";

const TOKEN_FILE = "/etc/memledger/token";

/**
 * Lines to paste on a node: the token goes into a file that root alone can read, so that it stands in no list of
 * processes, then the agent is installed and started.
 *
 * @param server origin of this server as the node reaches it
 */
export function agentCommands(server: string, token: string): string {
  return [
    "sudo mkdir -p /etc/memledger",
    `echo ${token} | sudo sh -c 'umask 077; cat >${TOKEN_FILE}'`,
    agentInstallLine({ origin: server, hasSecret: true, tokenFile: TOKEN_FILE }),
  ].join("\n");
}
