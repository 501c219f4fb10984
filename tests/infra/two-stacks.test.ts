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
    resources.flatMap(({ id, arn, name, type }) =>
      type.includes("ashboard") || !type.startsWith("aws:") ? [] : [id, arn, name],
    ),
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

/** Their names may be the same: Pulumi keeps stacks apart within one backend and organization only. */
describe("two stacks in one account and Region", () => {
  it("share no name that the program chooses", async () => {
    const [first, second] = [
      ownNames(await captureProgram([REGION], EVERYTHING, { suffix: "-1111111" })),
      ownNames(await captureProgram([REGION], EVERYTHING, { suffix: "-2222222" })),
    ];
    expect(first).to.not.be.empty;
    expect(first).to.have.lengthOf(second.length);
    expect(first.filter((name) => second.includes(name))).to.deep.equal([]);
  });

  it("keep their metrics apart", async () => {
    const services = async (suffix: string) =>
      (await captureProgram([REGION], {}, { suffix })).flatMap(({ inputs }) => {
        const { service } = (inputs["dimensions"] ?? {}) as { service?: string };
        return service ?? [];
      });
    const [first, second] = [new Set(await services("-1111111")), new Set(await services("-2222222"))];
    expect([[...first], [...second]]).to.deep.equal([
      [`patch-findings-${REGION}-1111111`],
      [`patch-findings-${REGION}-2222222`],
    ]);
  });
});
