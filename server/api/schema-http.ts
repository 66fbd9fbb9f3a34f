import { reportJsonSchema } from "../services/report-schema";

/** JSON Schema of the report document. */
export function handleSchema(): Response {
  return new Response(JSON.stringify(reportJsonSchema(), null, 2), {
    headers: { "Content-Type": "application/schema+json" },
  });
}
