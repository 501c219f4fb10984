import { securityHubUrl } from "../../presentation/findings/console-links.ts";
import type { FindingView } from "../api.ts";
import { ExternalLink } from "./finding-part.tsx";

/** Links to the pages of AWS about a finding. A local run has an account that does not exist. */
export function AwsLinks({ view, isLocal }: { readonly view: FindingView; readonly isLocal: boolean }) {
  if (isLocal) {
    return <p>This is a local run, so the AWS console has no page about this node or finding.</p>;
  }
  const hub = securityHubUrl(view);
  return (
    <ul>
      {view.sourceUrl !== undefined && (
        <li>
          <ExternalLink href={view.sourceUrl}>Node in Systems Manager</ExternalLink>
        </li>
      )}
      {hub !== undefined && (
        <li>
          <ExternalLink href={hub}>Finding in Security Hub CSPM</ExternalLink>
        </li>
      )}
    </ul>
  );
}
