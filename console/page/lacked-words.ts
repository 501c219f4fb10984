/** The words in which the pages of patches and of CVEs differ. */
import type { View } from "../api.ts";

export interface LackedWords {
  readonly view: Extract<View, "patches" | "cves">;
  /** The view of the other kind, to which pages link. */
  readonly other: Extract<View, "patches" | "cves">;
  readonly noun: string;
  readonly title: string;
  readonly related: string;
  /** What is said of the nodes of one entry, after their number: "3 nodes lack it". */
  readonly lack: readonly [one: string, many: string];
  readonly search: string;
  readonly placeholder: string;
  readonly none: string;
  readonly all: string;
  readonly reference: string;
}

export const PATCH_WORDS: LackedWords = {
  view: "patches",
  other: "cves",
  noun: "patch",
  title: "Patch",
  related: "CVEs",
  lack: ["lacks this patch", "lack this patch"],
  search: "Search patches",
  placeholder: "Search by KB number, package, title or CVE …",
  none: "No open finding names a patch.",
  all: "All patches",
  reference: "Microsoft's page of this update",
};

export const CVE_WORDS: LackedWords = {
  view: "cves",
  other: "patches",
  noun: "CVE",
  title: "CVE",
  related: "Patches",
  lack: ["lacks a patch against it", "lack a patch against it"],
  search: "Search CVEs",
  placeholder: "Search by CVE or patch …",
  none: "No open finding names a CVE.",
  all: "All CVEs",
  reference: "This CVE in the National Vulnerability Database",
};
