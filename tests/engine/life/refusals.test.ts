/** Wrong settings stop a deployment before any resource, in one clear line, and show no secret. */
import { expect } from "chai";
import type { Operation, TrialStack } from "../trial/trial-stack.ts";
import * as life from "./live-stacks.ts";

const SECRET = "hunter2-hunter2";

interface Refusal {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  /** The setting, as the error names it. */
  readonly names: string;
  readonly says: string;
}

const REFUSED: readonly Refusal[] = [
  { name: "a number out of range", settings: { sweepHours: "73" }, names: "sweepHours", says: "from 1 to 72" },
  { name: "an unknown setting", settings: { sweepHour: "3" }, names: "sweepHour", says: "sweepHours" },
  {
    name: "a wrong maintenance window",
    settings: { maintenanceWindows: '{"eu-west-1":["mw-0C50858D01ABCDEF0"]}' },
    names: "maintenanceWindows",
    says: "mw-",
  },
  {
    name: "settings that exclude each other",
    settings: {
      kmsKeys: '{"us-east-1":"arn:aws:kms:us-east-1:123456789012:key/aaaaaaaa-1111-2222-3333-444444444444"}',
    },
    names: "kmsKeys",
    says: "regions",
  },
  {
    name: "a misspelled setting of the AWS provider",
    settings: { "aws:alowedAccountIds": '["111122223333"]' },
    names: "aws:alowedAccountIds",
    says: "allowedAccountIds",
  },
  {
    name: "a setting of the AWS provider of another type",
    settings: { "aws:maxRetries": "often" },
    names: "aws:maxRetries",
    says: "whole number",
  },
];

describe("a deployment with wrong settings", function () {
  this.timeout(600_000);
  const stacks = new life.LiveStacks();
  let stack: TrialStack;
  before(async () => {
    stack = await stacks.create();
    await stack.configure("aws:token", SECRET, ["--secret"]);
  });
  after(() => stacks.remove());

  const refused = async (operation: Promise<Operation>): Promise<string> => {
    const ended = await life.failure(operation);
    expect(ended.changes.filter(({ type }) => type.startsWith("aws:"))).to.deep.equal([]);
    expect(life.existing(stack)).to.deep.equal([]);
    expect(JSON.stringify(ended)).to.not.include(SECRET);
    // The engine adds a line of its own if a provider refuses.
    const errors = ended.errors.filter((error) => !/^(update|preview) failed$/u.test(error));
    expect(errors).to.have.lengthOf(1);
    return errors.join("");
  };

  for (const [index, { name, settings, names, says }] of REFUSED.entries()) {
    // Both commands run the same program. One of them shows the refusal of each, and both that of the first.
    const commands = index === 0 ? (["preview", "up"] as const) : ([index % 2 === 0 ? "preview" : "up"] as const);
    for (const command of commands) {
      it(`${command}: ${name}`, async () => {
        for (const [setting, value] of Object.entries(settings)) await stack.configure(life.ownSetting(setting), value);
        const error = await refused(stack[command]());
        const lines = error.split("\n").filter((line) => line.trim() !== "");
        expect(lines, error).to.have.lengthOf(1);
        expect(error).to.include(names).and.include(says);
        for (const setting of Object.keys(settings)) await stack.unset(life.ownSetting(setting));
      });
    }
  }

  it("a secret on a setting that is not secret in AWS does not show its value", async () => {
    await stack.configure(life.ownSetting("companyName"), SECRET, ["--secret"]);
    expect(await refused(stack.preview())).to.include("companyName");
    await stack.unset(life.ownSetting("companyName"));
  });

  it("a wrong secret does not show its value", async () => {
    await stack.configure(life.ownSetting("alarmEmail"), SECRET, ["--secret"]);
    // The engine hides secrets too. The program does not rely on it.
    expect(await refused(stack.preview())).to.include("alarmEmail is secret: ");
    await stack.unset(life.ownSetting("alarmEmail"));
  });

  describe("in the wrong account", () => {
    const PROFILES = { environment: { STAND_IN_PROFILES: '{"prod":"111122223333"}' } };
    /** Pulumi knows the account of policies before it creates them. */
    const accountOf = ({ resources }: Operation): string[] => {
      const policies = [...resources].flatMap(([urn, { inputs }]) =>
        urn.includes(life.TYPES.policy) ? [JSON.stringify(inputs)] : [],
      );
      const ids = policies.flatMap((policy) => Array.from(policy.matchAll(/(?<=:)\d{12}(?=:)/gu), ([id]) => id));
      return [...new Set(ids)];
    };
    before(async () => {
      await stack.unset("aws:token");
      await stack.configure("aws:allowedAccountIds", '["111122223333"]');
    });

    it("aws:allowedAccountIds stops preview and up before any resource", async () => {
      for (const command of ["preview", "up"] as const) {
        expect(await refused(stack[command]())).to.include("AWS account ID not allowed: 123456789012");
      }
    });

    it("aws:profile decides the account", async () => {
      await stack.configure("aws:profile", "prod");
      const preview = await life.success(stack.preview(PROFILES));
      expect(accountOf(preview)).to.deep.equal(["111122223333"]);
    });

    it("aws:assumeRoles decides the account", async () => {
      await stack.configure("aws:assumeRoles", '[{"roleArn":"arn:aws:iam::444455556666:role/deploy"}]');
      expect(await refused(stack.up(PROFILES))).to.include("AWS account ID not allowed: 444455556666");
      await stack.configure("aws:allowedAccountIds", '["444455556666"]');
      const preview = await life.success(stack.preview(PROFILES));
      expect(accountOf(preview)).to.deep.equal(["444455556666"]);
    });
  });
});
