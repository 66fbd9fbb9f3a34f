import { type NextRequest, NextResponse } from "next/server";
import { isLinkGone } from "./server/api/shared-link";

export const config = { matcher: "/d/:token" };

/**
 * A page cannot set its status, so a link that has expired or was revoked is answered here with 410. Links that
 * work, and those that never existed (404 by the page), go on. Nothing of a share may be kept or indexed.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  if (await isLinkGone(request.nextUrl.pathname.slice("/d/".length))) return gone();
  const response = NextResponse.next();
  for (const [name, value] of Object.entries(PRIVATE)) response.headers.set(name, value);
  return response;
}

const PRIVATE = { "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store" };

/** The page stands on its own: no script, no font, nothing of the rest of the server. */
function gone(): Response {
  return new Response(GONE_PAGE, {
    status: 410,
    headers: { ...PRIVATE, "Content-Type": "text/html; charset=utf-8" },
  });
}

const GONE_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>This link is closed · Memledger</title>
<style>
:root { color-scheme: light dark; --paper: #fcfcfb; --ink: #17191c; --muted: #545960; --rule: #e4e4df; --side: max(24px, calc(50vw - 36.5rem)); }
@media (prefers-color-scheme: dark) { :root { --paper: #131416; --ink: #eceae4; --muted: #a9aaac; --rule: #2a2c30; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/20px system-ui, sans-serif; }
header { border-bottom: 1px solid var(--rule); padding: 14px var(--side); font-weight: 600; }
main { padding: 64px var(--side); }
main > * { max-width: 44rem; }
h1 { margin: 0; font-size: 28px; line-height: 36px; letter-spacing: -.018em; }
p { color: var(--muted); }
</style>
</head>
<body>
<header>Memledger</header>
<main>
<h1>This link is closed</h1>
<p>The shared diagnosis has expired or was revoked, and its content is no longer available.
Ask whoever sent the link for a new one.</p>
</main>
</body>
</html>
`;
