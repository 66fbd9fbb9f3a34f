/** A backup cannot be made, read or put back; the message may be shown as it is. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}
