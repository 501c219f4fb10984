import type { PatchKind } from "./patch-summary.ts";
import type { SourceReading } from "./reading.ts";
import type { Evidence } from "./verdict.ts";

/** Architectures as only Debian-family systems write them at the end of a package's name. */
const DEBIAN_PACKAGE = /[.:](?:amd64|arm64|armhf|i386|all)$/;

/**
 * Returns the platform of a node. Systems Manager does not describe stopped nodes; their package priorities must not pass
 * for severities.
 */
export function platformOf({ node }: Pick<Evidence, "node">, { patches }: SourceReading): string | undefined {
  return node?.platformName ?? guessPlatform(patches?.kinds ?? []);
}

function guessPlatform(kinds: readonly PatchKind[]): string | undefined {
  return kinds.some(({ example }) => DEBIAN_PACKAGE.test(example)) ? "Debian" : undefined;
}
