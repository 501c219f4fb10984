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
  exceptions: [{ patches: { ids: ["KB0"] }, owner: "Ann", reason: "replaced in June", until: "2020-06-30" }],
  deadlineRules: [{ nodes: { patchGroups: ["prod"] }, patchWithinDays: { HIGH: 7 } }],
  notify: { targets: { [REGION]: "arn:aws:events:us-east-1:444455556666:event-bus/tickets" }, from: "2020-01-01" },
  unmanagedInstances: {},
  platformsWithoutBlindSpots: ["Bottlerocket"],
  ...{ ownerTag: "Team", insightOwners: ["payments"] },
};

const SUFFIX = "-1111111";

/** Security Hub tells insights apart by their ARNs; what is called their name is a title. */
const TITLED = new Set(["aws:securityhub/insight:Insight"]);

/** Names and references to names. Pulumi's suffix is in all of them, unless the program chose the name itself. */
function namesOf(resources: readonly CapturedResource[]): string[] {
  return resources
    .filter(({ type }) => type.startsWith("aws:") && !TITLED.has(type))
    .flatMap(({ type, inputs }) =>
      Object.entries(inputs).flatMap(([key, value]) =>
        /^(name|namePrefix)$|Name$/.test(key) && key !== "metricName"
          ? [`${type} ${key} ${JSON.stringify(value)}`]
          : [],
      ),
    );
}

/** Their names may be the same: Pulumi keeps stacks apart within one backend and organization only. */
describe("two stacks in one account and Region", () => {
  it("share no name that the program chooses", async () => {
    const names = namesOf(await captureProgram([REGION], EVERYTHING, { suffix: SUFFIX }));
    expect(names).to.have.lengthOf.above(3);
    expect(names.filter((name) => !name.includes(SUFFIX))).to.deep.equal([]);
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
