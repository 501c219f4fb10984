import { useEffect, useRef } from "preact/hooks";
import { counted } from "../../contract/counted.ts";
import type { LackedDetails as Details } from "../api.ts";
import { ExternalLink, Part } from "./finding-part.tsx";
import { useFetched } from "./http.ts";
import type { LackedWords } from "./lacked-words.ts";
import { LackingNodes } from "./lacking-nodes.tsx";
import { grouped } from "./numbers.ts";
import { Gaps } from "./patch-gaps.tsx";
import { hrefOf } from "./route.ts";
import { PatchSeverity } from "./severity.tsx";
import { Day } from "./time.tsx";
import { useCheck } from "./use-check.ts";
import type { ViewProps } from "./view-props.ts";

interface LackedDetailsProps extends ViewProps {
  readonly words: LackedWords;
  readonly id: string;
}

/** Shows one patch or CVE, and the nodes that lack it. */
export function LackedDetails({ words, id, live: { state }, route }: LackedDetailsProps) {
  const { view } = words;
  const path = `/api/${view}/${encodeURIComponent(id)}`;
  const check = useCheck(path);
  const version = `${state?.findings.revision} ${check.version}`;
  const { data, error } = useFetched<Details>(`${path}?${route.params.toString()}`, version);
  check.follow(data?.gaps.check?.running === true);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    place.current?.focus({ preventScroll: true });
  }, []);
  return (
    <article ref={place} class="lacked" tabIndex={-1} aria-label={words.title}>
      <a class="back" href={hrefOf({ view })}>
        ← {words.all}
      </a>
      {error !== undefined && <p role="alert">{error}</p>}
      {data === undefined && error === undefined && <p class="loading">Loading …</p>}
      {data !== undefined && (
        <>
          <Summary details={data} words={words} />
          {data.total > 0 && (
            <LackingNodes data={data} route={route} path={path} isOrganization={state?.about.organization === true} />
          )}
          <Gaps gaps={data.gaps} what={view === "cves" ? "CVEs" : "patches"} check={check} />
          {data.total > 0 && <Related details={data} words={words} />}
        </>
      )}
    </article>
  );
}

function Summary({ details, words }: { readonly details: Details; readonly words: LackedWords }) {
  const { id, title, total, severity, worstSeverity, since, deadline, overdue, reference } = details;
  return (
    <>
      <h2>
        <bdi>{id}</bdi>
      </h2>
      {title !== undefined && title !== id && (
        <p>
          <bdi>{title}</bdi>
        </p>
      )}
      {total > 0 && (
        <p>
          {worstSeverity !== undefined && <PatchSeverity severity={severity} worst={worstSeverity} />}{" "}
          <b>{grouped(total)}</b> {total === 1 ? `node ${words.lack[0]}` : `nodes ${words.lack[1]}`}
          {since !== undefined && `, the first since ${since}`}.{" "}
          {overdue > 0 && <span class="overdue">{counted(overdue, "node")} overdue. </span>}
          {deadline !== undefined && (
            <>
              The first is <span class={`due ${deadline.state ?? ""}`}>{deadline.words}</span>
              {deadline.date !== undefined && (
                <>
                  {" "}
                  (<Day iso={deadline.date} />)
                </>
              )}
              .
            </>
          )}
        </p>
      )}
      {reference !== undefined && (
        <p>
          <ExternalLink href={reference}>{words.reference}</ExternalLink>
        </p>
      )}
    </>
  );
}

interface RelatedProps {
  readonly details: Details;
  readonly words: LackedWords;
}

/** Links to the CVEs of a patch, or to the patches against a CVE. */
function Related({ details: { related, moreRelated }, words }: RelatedProps) {
  if (related.length === 0) return null;
  return (
    <Part title={words.view === "cves" ? "Patches against it" : "CVEs that it fixes, as far as findings name them"}>
      <ul class="cves">
        {related.map((one) => (
          <li>
            <a href={hrefOf({ view: words.other, open: one })}>
              <bdi>{one}</bdi>
            </a>
          </li>
        ))}
        {moreRelated > 0 && <li>and {grouped(moreRelated)} more</li>}
      </ul>
    </Part>
  );
}
