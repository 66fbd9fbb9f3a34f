// Kept to syntax that old versions of Node can read, so that they can be told what is wrong.

const MAJOR = 20;
const MINOR = 9;

/** Ends the process with a clear line when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isEnough = major > MAJOR || (major === MAJOR && minor >= MINOR);
  if (isEnough) return;
  console.error(
    `Memledger needs Node.js ${MAJOR}.${MINOR} or later; this is ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(1);
}
