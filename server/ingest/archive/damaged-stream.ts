/** The compressed stream ended early or is broken; what came out before stays good. */
export class DamagedStream extends Error {
  override readonly name = "DamagedStream";
  readonly isTruncated: boolean;

  constructor(message: string, isTruncated: boolean) {
    super(message);
    this.isTruncated = isTruncated;
  }
}
