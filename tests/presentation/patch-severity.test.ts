import { expect } from "chai";
import { findingView } from "../../presentation/findings/finding-view.ts";
import { patchIndex } from "../../presentation/patches/patch-index.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

const KB1 = { id: "KB1", title: "KB1", level: "CRITICAL" };
const KERNEL = { id: "kernel", title: "kernel", level: "LOW" };
const CURL = { id: "curl", title: "curl", level: "HIGH" };

const rowOf = (finding: object, key: string) => {
  const view = findingView(finding);
  return view === undefined ? [] : [{ key, view }];
};
const severities = (...nodes: readonly (readonly object[])[]) => {
  const rows = nodes.flatMap((patches, index) => rowOf(complianceFinding(nodeId(index), [...patches]), String(index)));
  return patchIndex(rows).patches.map(({ key, severity, worstSeverity }) => [key, severity, worstSeverity]);
};

describe("the severity of a patch", () => {
  it("is known if the patch decided the severity of a finding", () => {
    expect(severities([KB1, KERNEL])[0]).to.deep.equal(["KB1", "CRITICAL", "CRITICAL"]);
  });

  it("is at most that of the worst finding if it decided none, and comes after those that are as severe", () => {
    expect(severities([KB1, KERNEL], [CURL])).to.deep.equal([
      ["KB1", "CRITICAL", "CRITICAL"],
      ["kernel", undefined, "CRITICAL"],
      ["curl", "HIGH", "HIGH"],
    ]);
  });

  it("is that of the finding that it decides, whatever worse findings also list it", () => {
    expect(severities([KB1, KERNEL], [KERNEL], [CURL]).map(([key, severity]) => [key, severity])).to.deep.equal([
      ["KB1", "CRITICAL"],
      ["curl", "HIGH"],
      ["kernel", "LOW"],
    ]);
  });
});
