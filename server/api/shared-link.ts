import { toServiceError } from "../services/service-error";
import { getServices } from "./running-services";

/** True for the link of a shared diagnosis that has expired or was revoked; false for one that never was. */
export async function isLinkGone(token: string): Promise<boolean> {
  const { share } = await getServices();
  try {
    await share.open(token);
    return false;
  } catch (error) {
    return toServiceError(error)?.code === "gone";
  }
}
