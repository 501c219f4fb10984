import { useRef } from "preact/hooks";
import { FindingDetails } from "./finding-details.tsx";
import { FindingsList } from "./findings-list.tsx";
import type { ViewProps } from "./view-props.ts";

/** Shows the list of findings, or the one that the address names. */
export function FindingsView({ live, route }: ViewProps) {
  // The row to which the focus returns when the page of a finding is left.
  const left = useRef<string | undefined>(undefined);
  if (route.open === undefined) return <FindingsList live={live} route={route} left={left} />;
  return (
    <FindingDetails
      key={route.open}
      name={route.open}
      live={live}
      route={route}
      onLoad={(key) => {
        left.current = key;
      }}
    />
  );
}
