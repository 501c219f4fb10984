import { expect } from "chai";
import { withRegion } from "../../../local/program/stack-regions.ts";
import { captureProgram } from "../../fixtures/captured-program.ts";

const WINDOW = ["mw-0123456789abcdef0"];
const key = (region: string, partition = "aws") =>
  `arn:${partition}:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const boundary = (partition: string) => `arn:${partition}:iam::111122223333:policy/boundary`;
const prefixed = (settings: object) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`patch-manager-findings:${name}`, text(value)]));
const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

describe("stack settings for the Region of a fleet", () => {
  for (const { what, given, moved } of [
    { what: "name the Region if they name none", given: {}, moved: { regions: ["eu-west-1"] } },
    { what: "stay the same if they name the Region", given: { regions: ["us-east-1", "eu-west-1"], kmsKeys: {} } },
    {
      what: "have it in the place of the first one, with its key and its windows",
      given: {
        regions: ["us-east-1", "us-west-2"],
        kmsKeys: { "us-east-1": key("us-east-1"), "us-west-2": key("us-west-2") },
        maintenanceWindows: { "us-east-1": WINDOW },
      },
      moved: {
        regions: ["eu-west-1", "us-west-2"],
        kmsKeys: { "eu-west-1": key("eu-west-1"), "us-west-2": key("us-west-2") },
        maintenanceWindows: { "eu-west-1": WINDOW },
      },
    },
    {
      what: "come from another partition without its other Regions",
      given: {
        regions: ["us-gov-west-1", "us-gov-east-1"],
        kmsKeys: { "us-gov-west-1": key("us-gov-west-1", "aws-us-gov") },
        maintenanceWindows: { "us-gov-east-1": WINDOW },
        permissionsBoundary: boundary("aws-us-gov"),
      },
      moved: {
        regions: ["eu-west-1"],
        kmsKeys: { "eu-west-1": key("eu-west-1") },
        maintenanceWindows: {},
        permissionsBoundary: boundary("aws"),
      },
    },
    { what: "stay for the program to refuse: plain text", given: { regions: "eu-central-1" } },
    { what: "stay for the program to refuse: an empty list", given: { regions: [] } },
    {
      what: "stay for the program to refuse: keys that are no mapping",
      given: { regions: ["us-east-1"], kmsKeys: "us-east-1" },
      moved: { regions: ["eu-west-1"], kmsKeys: "us-east-1" },
    },
  ] as { what: string; given: object; moved?: object }[]) {
    it(what, () => {
      expect(withRegion(prefixed(given), "eu-west-1")).to.deep.equal(prefixed(moved ?? given));
    });
  }
});

describe("the AWS provider's own Region", () => {
  for (const [what, regions, left] of [
    ["stays within the fleet's partition", ["us-east-1"], { "aws:region": "us-west-2", "aws:profile": "prod" }],
    ["is left out with another partition", ["us-gov-west-1"], { "aws:profile": "prod" }],
  ] as const) {
    it(what, () => {
      const provider = { "aws:region": "us-west-2", "aws:profile": "prod" };
      expect(withRegion({ ...prefixed({ regions }), ...provider }, "eu-west-1")).to.deep.equal({
        ...prefixed({ regions: ["eu-west-1"] }),
        ...left,
      });
    });
  }
});

describe("the captured program in another partition", () => {
  for (const [region, partition] of [
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eusc-de-east-1", "aws-eusc"],
  ] as const) {
    it(`${region}: every ARN is of ${partition}`, async () => {
      const arns = JSON.stringify(await captureProgram([region])).match(/arn:aws[a-z-]*/g);
      expect(new Set(arns)).to.deep.equal(new Set([`arn:${partition}`]));
    });
  }
});
