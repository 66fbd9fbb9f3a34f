import { reportJsonSchema } from "@/server/services/report-schema";

export const dynamic = "force-static";

/** JSON Schema of the report document. */
export function GET(): Response {
  return new Response(JSON.stringify(reportJsonSchema(), null, 2), {
    headers: { "Content-Type": "application/schema+json" },
  });
}
