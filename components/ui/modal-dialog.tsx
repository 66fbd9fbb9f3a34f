"use client";

import { type ReactNode, type RefObject, useId } from "react";

interface ModalDialogProps {
  readonly dialogRef: RefObject<HTMLDialogElement | null>;
  readonly title: string;
  /** A sentence under the title. */
  readonly note?: ReactNode;
  /** While something runs that cannot be called back, Escape does not close it. */
  readonly isLocked?: boolean;
  readonly onClose?: () => void;
  readonly children: ReactNode;
  /** Buttons, at the right. */
  readonly footer: ReactNode;
}

/** The browser's own dialog: keeps the focus, closes on Escape and gives the focus back. */
export function ModalDialog(props: ModalDialogProps) {
  const { dialogRef, title, note, isLocked = false, onClose, children, footer } = props;
  const ids = { title: useId(), note: useId() };
  return (
    <dialog
      ref={dialogRef}
      aria-labelledby={ids.title}
      aria-describedby={note === undefined ? undefined : ids.note}
      onCancel={(event) => {
        if (isLocked) event.preventDefault();
      }}
      onClose={onClose}
      className="m-auto max-h-[90dvh] w-[36rem] max-w-[calc(100vw-2rem)] overflow-y-auto whitespace-normal rounded-control border border-rule-strong bg-paper p-0 text-left font-normal text-ink"
    >
      <div className="border-b px-5 py-4">
        <h2 id={ids.title} className="font-semibold text-16">
          {title}
        </h2>
        {note === undefined ? null : (
          <p id={ids.note} className="mt-1 text-13 text-muted">
            {note}
          </p>
        )}
      </div>
      <div className="flex flex-col gap-4 px-5 py-4">{children}</div>
      <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-4">{footer}</div>
    </dialog>
  );
}
