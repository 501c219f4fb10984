import { patchKey, unnamedPatches } from "../../presentation/findings/patch-names.ts";
import type { FindingView } from "../api.ts";
import { ExternalLink, Part } from "./finding-part.tsx";

/** Shows the worst patches of a finding, each with the day since which it is missing, and its CVEs. */
export function Patches({ view }: { readonly view: FindingView }) {
  const { worstPatches, worstPatchesText, patchesSince, vulnerabilities, vulnerabilitiesText } = view;
  const unnamed = unnamedPatches(worstPatchesText);
  const sinceOf = new Map(patchesSince.map(({ patch, since }) => [patchKey(patch), since]));
  return (
    <>
      {worstPatches.length > 0 && (
        <Part title="Worst patches">
          <ul class="patches">
            {worstPatches.map((patch) => (
              <li>
                {patch} <MissingSince day={sinceOf.get(patchKey(patch))} />
              </li>
            ))}
          </ul>
          {unnamed !== undefined && <p>and {unnamed}</p>}
        </Part>
      )}
      {vulnerabilities.length > 0 && (
        <Part title="Vulnerabilities">
          <ul class="cves">
            {vulnerabilities.map(({ id, url }) => (
              <li>{url === undefined ? id : <ExternalLink href={url}>{id}</ExternalLink>}</li>
            ))}
          </ul>
          {vulnerabilitiesText !== undefined && <p>{vulnerabilitiesText}</p>}
        </Part>
      )}
    </>
  );
}

function MissingSince({ day }: { readonly day: string | undefined }) {
  if (day === undefined) return null;
  return (
    <small>
      missing since <time dateTime={day}>{day}</time>
    </small>
  );
}
