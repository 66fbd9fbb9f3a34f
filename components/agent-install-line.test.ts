import { expect, it } from "vitest";
import { agentInstallLine, agentUninstallLine } from "./agent-install-line";

const origin = "https://mem.example.org";

it("an agent for a server without a secret needs its address alone", () => {
  expect(agentInstallLine({ origin, hasSecret: false })).toBe(
    "curl -fsSL https://mem.example.org/install.sh |\n  sudo sh -s -- --push https://mem.example.org",
  );
});

it("a token is asked for, or read from a file, and never stands in the line", () => {
  expect(agentInstallLine({ origin, hasSecret: true })).toMatch(/ --ask-token$/);
  const tokenFile = "/etc/memledger/token";
  expect(agentInstallLine({ origin, hasSecret: true, tokenFile })).toMatch(
    / --token-file \/etc\/memledger\/token$/,
  );
});

it("an address that is not plain is left to the reader", () => {
  expect(agentInstallLine({ origin: undefined, hasSecret: false })).toContain("--push http://HOST");
  expect(agentUninstallLine()).toBe(
    "curl -fsSL http://HOST/install.sh | sudo sh -s -- --uninstall",
  );
});
