interface AgentInstall {
  /** Address of this server as the node reaches it; absent when it is not plain. */
  readonly origin: string | undefined;
  /** Whether this server has a secret: then an agent needs a token, which the line asks for on the terminal. */
  readonly hasSecret: boolean;
  /** A file on the node that holds the token; it is then not asked for. */
  readonly tokenFile?: string;
}

/**
 * The line to paste on a node that installs the agent there and starts it. A token never stands in it, because other
 * users of the node see the arguments of every process.
 */
export function agentInstallLine({ origin = "http://HOST", hasSecret, tokenFile }: AgentInstall) {
  const token = tokenFile ? ` --token-file ${tokenFile}` : hasSecret ? " --ask-token" : "";
  return `curl -fsSL ${origin}/install.sh |\n  sudo sh -s -- --push ${origin}${token}`;
}

/** The line that takes the agent off a node again, with all it wrote. */
export function agentUninstallLine(origin = "http://HOST"): string {
  return `curl -fsSL ${origin}/install.sh | sudo sh -s -- --uninstall`;
}
