import type { ComponentChildren, Ref } from "preact";

interface BusyButtonProps {
  /** Whether its command runs, or there is nothing that it could do. A click then does nothing. */
  readonly busy: boolean;
  readonly onClick?: () => void;
  readonly type?: "button" | "submit";
  readonly place?: Ref<HTMLButtonElement>;
  readonly children: ComponentChildren;
}

/** A button that keeps the focus while its command runs. A disabled button would lose it to the page. */
export function BusyButton({ busy, onClick, type = "button", place, children }: BusyButtonProps) {
  return (
    <button
      type={type}
      ref={place ?? null}
      aria-disabled={busy}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
    </button>
  );
}
