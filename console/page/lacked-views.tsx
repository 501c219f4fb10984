import { LackedDetails } from "./lacked-details.tsx";
import { LackedList } from "./lacked-list.tsx";
import { CVE_WORDS, PATCH_WORDS, type LackedWords } from "./lacked-words.ts";
import type { ViewProps } from "./view-props.ts";

/** Shows the patches that nodes lack, or the one that the address names. */
export function PatchesView(props: ViewProps) {
  return <Lacked {...props} words={PATCH_WORDS} />;
}

/** Shows the CVEs against which nodes lack a patch, or the one that the address names. */
export function CvesView(props: ViewProps) {
  return <Lacked {...props} words={CVE_WORDS} />;
}

function Lacked({ words, live, route }: ViewProps & { readonly words: LackedWords }) {
  if (route.open === undefined) return <LackedList key={words.view} words={words} live={live} route={route} />;
  return <LackedDetails key={`${words.view} ${route.open}`} words={words} id={route.open} live={live} route={route} />;
}
