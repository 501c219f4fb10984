import { expect } from "chai";
import type { CapturedResource } from "../../local/program/captured-resource.ts";
import { captureProgram } from "../fixtures/captured-program.ts";

const REGION = "eu-west-1";
const EVERYTHING = {
  alarmEmail: "ann@example.com",
  enableSecurityHub: true,
  maintenanceWindows: { [REGION]: ["mw-0123456789abcdef0"] },
  insights: true,
  insightPatchGroups: ["prod"],
};

/** Security Hub tells insights apart by their ARNs; what is called their name is a title. */
const TITLED = new Set(["aws:securityhub/insight:Insight"]);

/** What a resource is called in AWS by the program's own choice. Others get Pulumi's name with its random suffix. */
function ownNames(resources: readonly CapturedResource[]): string[] {
  const known = new Set(
    resources.flatMap(({ id, arn, name, type }) => (type.includes("ashboard") ? [] : [id, arn, name])),
  );
  return resources
    .filter(({ type }) => type.startsWith("aws:") && !TITLED.has(type))
    .flatMap(({ type, inputs }) =>
      Object.entries(inputs).flatMap(([key, value]) => {
        const names = /^(name|namePrefix)$|Name$/.test(key) && key !== "metricName";
        // A reference to another resource, such as a mapping's function, is not a name.
        return names && typeof value === "string" && !known.has(value) ? [`${type} ${key} ${value}`] : [];
      }),
    );
}

describe("two stacks in one account and Region", () => {
  it("share no name that the program chooses", async () => {
    const [first, second] = [
      ownNames(await captureProgram([REGION], EVERYTHING, { stack: "first" })),
      ownNames(await captureProgram([REGION], EVERYTHING, { stack: "second" })),
    ];
    expect(first).to.not.be.empty;
    expect(first).to.have.lengthOf(second.length);
    expect(first.filter((name) => second.includes(name))).to.deep.equal([]);
  });

  it("keep their metrics apart", async () => {
    const services = async (stack: string) =>
      (await captureProgram([REGION], {}, { stack })).flatMap(({ inputs }) => {
        const { service } = (inputs["dimensions"] ?? {}) as { service?: string };
        return service ?? [];
      });
    const [first, second] = [new Set(await services("first")), new Set(await services("second"))];
    expect([[...first], [...second]]).to.deep.equal([
      [`first/patch-findings-${REGION}`],
      [`second/patch-findings-${REGION}`],
    ]);
  });
});
