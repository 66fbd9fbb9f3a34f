import type { Metadata } from "next";
import { ApiProvider } from "@/app/api-provider";
import { type QueryParams, readText } from "@/components/url-state";
import { LoginForm } from "./login-form";

export const metadata: Metadata = { title: "Sign in" };

interface LoginPageProps {
  readonly searchParams: Promise<QueryParams>;
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const next = readText(await searchParams, "next");
  return (
    <div className="mx-auto max-w-page px-4 py-16 sm:px-6">
      <h1 className="font-semibold text-28">Sign in</h1>
      <p className="mt-2 mb-6 max-w-prose text-muted">
        This server asks for its secret. Whoever runs it made it with{" "}
        <code className="font-mono text-13">npx memledger secret set</code>.
      </p>
      <ApiProvider>
        <LoginForm next={safePath(next)} />
      </ApiProvider>
    </div>
  );
}

/** Only a path of this server: "//host" and "/\host" would lead away. */
function safePath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : "/";
}
