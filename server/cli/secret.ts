import { environment } from "../environment";
import { hasSecret, removeSecret, setSecret } from "../services/access/access-file";
import type { Outcome } from "./analyze";

/** `memledger secret [set | remove]`: the secret that everybody but loopback must give. */
export async function secret(action: "set" | "remove" | undefined): Promise<Outcome> {
  const { dataDir } = environment();
  if (action === "set") {
    const made = await setSecret(dataDir);
    return done(
      `${made}\n`,
      `memledger: this is the only time the secret is shown; its hash is in ${dataDir}/access.json\n`,
    );
  }
  if (action === "remove") {
    await removeSecret(dataDir);
    return done("", "memledger: no secret is set; the server answers on loopback only\n");
  }
  const isSet = await hasSecret(dataDir);
  return done(
    isSet ? "a secret is set\n" : "no secret is set: the server answers on loopback only\n",
    "",
  );
}

function done(stdout: string, stderr: string): Outcome {
  return { stdout, stderr, exitCode: 0 };
}
