import { ServiceError } from "../services/service-error";

const HEADER = "memledger-sent";

/**
 * The sender's clock when it sent the request, ms since 1970, from `Memledger-Sent: SECONDS`; undefined without it.
 *
 * @throws ServiceError "badInput" when the header holds something else
 */
export function sentAt(headers: Headers): number | undefined {
  const value = headers.get(HEADER)?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(value)) return Math.round(Number(value) * 1000);
  throw new ServiceError(
    "badInput",
    "Memledger-Sent holds the sender's time in seconds since 1970.",
  );
}
