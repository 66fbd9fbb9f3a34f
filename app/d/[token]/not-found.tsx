export default function SharedNotFound() {
  return (
    <div className="mx-auto max-w-page px-4 py-16 sm:px-6">
      <h1 className="font-semibold text-28">There is no such link</h1>
      <p className="mt-2 max-w-prose text-muted">
        The address may be incomplete. Ask whoever sent it for the whole link.
      </p>
    </div>
  );
}
