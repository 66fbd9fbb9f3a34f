export const dynamic = "force-dynamic";

/** Answers while the web server runs; says nothing about the store. */
export function GET(): Response {
  return new Response("ok\n", { headers: { "Content-Type": "text/plain" } });
}
