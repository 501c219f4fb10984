import { useEffect, useRef, useState } from "preact/hooks";
import { MAX_TEXT } from "../../presentation/search/list-query.ts";

/** Pause after the last key press before the list follows, in milliseconds. */
const PAUSE_MS = 200;

interface SearchBoxProps {
  /** Such as "Search findings". */
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** Shows the search box. The list follows shortly after the last key press, or at once on Enter. */
export function SearchBox({ label, placeholder, text, onChange }: SearchBoxProps) {
  // Only until the address has the text: then the address decides, so that the back button works.
  const [typed, setTyped] = useState<string>();
  const latest = useRef(onChange);
  latest.current = onChange;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = (value: string): void => {
    clearTimeout(timer.current);
    latest.current(value);
    setTyped(undefined);
  };
  const later = (value: string): void => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => apply(value), PAUSE_MS);
  };
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== undefined) apply(typed);
        }}
      >
        <input
          type="search"
          aria-label={label}
          placeholder={placeholder}
          maxLength={MAX_TEXT}
          value={typed ?? text}
          onInput={(event) => later(event.currentTarget.value)}
        />
      </form>
    </search>
  );
}
