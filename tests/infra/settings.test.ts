import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readSettings, type Settings } from "../../infra/settings.ts";
import { settingsShape } from "../../infra/settings/shape.ts";
import { InputError } from "../../command-line/input-error.ts";
import { captureProgram } from "../fixtures/captured-program.ts";
import { accepted } from "../fixtures/accepted-settings.ts";
import { refusedNotify } from "../fixtures/refused-notify.ts";
import { refused } from "../fixtures/refused-settings.ts";

const NAMESPACE = "patch-manager-findings";
const REGIONS = { regions: '["eu-west-1"]' };

/** Settings as Pulumi hands them over: text each. */
const read = (settings: Readonly<Record<string, string>>): Settings =>
  readSettings(Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${NAMESPACE}:${key}`, value])));

function refusal(settings: Readonly<Record<string, string>>): string {
  try {
    read(settings);
  } catch (error) {
    expect(pulumi.RunError.isInstance(error), "Pulumi shows the message of a RunError without a stack").to.equal(true);
    return (error as Error).message;
  }
  throw new Error(`accepted ${JSON.stringify(settings)}`);
}

describe("the stack's settings", () => {
  it("have defaults for all but the Regions", () => {
    expect(read(REGIONS)).to.deep.equal({
      namePrefix: "patch-findings",
      regions: ["eu-west-1"],
      productName: "Systems Manager Patch Manager",
      companyName: "Patch Manager Findings",
      hybridResourceType: "Other",
      severityRules: [],
      patchWithinDays: {},
      deadlineRules: [],
      overdueRaisesSeverity: false,
      exceptions: [],
      logRetentionDays: 30,
      batchingWindowSeconds: 5,
      redriveMinutes: 5,
      sweepHours: 12,
      blindSpotDays: 30,
      planOnly: false,
      platformsWithoutBlindSpots: [],
      export: true,
      enableSecurityHub: false,
      tags: {},
      maintenanceWindows: {},
      insights: false,
      insightPatchGroups: [],
      insightOwners: [],
      kmsKeys: {},
      additionalKmsKeys: {},
      batchSize: 100,
      maximumConcurrency: 2,
      maximumExecutions: 4,
      tracing: true,
    });
  });

  it("ignore settings of other programs and providers in the same stack", () => {
    expect(
      readSettings({ [`${NAMESPACE}:regions`]: '["eu-west-1"]', "aws:region": "x", "else:regions": "1" }).regions,
    ).to.deep.equal(["eu-west-1"]);
  });

  for (const { setting, texts } of accepted) {
    for (const text of texts) {
      it(`accept ${setting} ${text}`, () => {
        const value: unknown = /^[a-z]/.test(text) && !/^(true|false)$/.test(text) ? text : JSON.parse(text);
        expect(read({ ...REGIONS, [setting]: text })[setting]).to.deep.equal(value);
      });
    }
  }

  for (const text of ["Our patches", "AwsEc2Instance"]) {
    it(`take the plain text ${text} as it is`, () => {
      const [setting, value] = text.startsWith("Aws") ? ["hybridResourceType", text] : ["companyName", ` ${text} `];
      expect(Object.values(read({ ...REGIONS, [setting]: value }))).to.include(text);
    });
  }

  for (const text of ["4711", "4711.50", "1e3", "true", "null", "[x]", "{x}", '4711"']) {
    it(`take the text ${text} for a name, though it is JSON or nearly`, () => {
      for (const setting of ["companyName", "productName"] as const) {
        expect(read({ ...REGIONS, [setting]: text })[setting]).to.equal(text);
      }
      expect(read({ ...REGIONS, companyName: JSON.stringify(text) }).companyName).to.equal(text);
    });
  }

  for (const region of ["mars-1", "mars-east-1", "xx-west-1", "use-east-1", "eux-west-1"]) {
    it(`refuse the Region ${region}, and say how Regions begin`, () => {
      expect(refusal({ regions: JSON.stringify([region]) })).to.match(/such as eu-west-1, .* af-, ap-, .* us-$/);
    });
  }

  for (const { setting, text, shown = text, allowed } of [...refused, ...refusedNotify]) {
    it(`refuse ${setting} ${text.slice(0, 60)}`, () => {
      const message = refusal({ ...REGIONS, [setting]: text });
      expect(message).to.include(`setting ${NAMESPACE}:${setting} is ${shown.startsWith("at ") ? "" : shown}`);
      expect(message).to.include(allowed);
      expect(message).to.not.include("\n");
    });
  }

  it("refuse a stack without Regions", () => {
    expect(refusal({})).to.equal(
      `setting ${NAMESPACE}:regions is not set: must be a list of AWS Regions such as ["eu-west-1"]`,
    );
  });

  for (const key of ["region", "logRetention", "Regions", "__proto__", "constructor"]) {
    it(`refuse the unknown setting ${key}, and name the known ones`, () => {
      const config = [...Object.entries(REGIONS), [key, "1"] as const];
      const message = refusal(Object.fromEntries(config));
      const [beginning, known = ""] = message.split("; known are ");
      expect(beginning).to.equal(`unknown setting ${NAMESPACE}:${key}`);
      expect(known.split(", ")).to.have.members(Object.keys(settingsShape.shape));
    });
  }

  for (const [key, nearest] of [
    ["region", "regions"],
    ["Regions", "regions"],
    ["logRetention", "logRetentionDays"],
    ["alarmMail", "alarmEmail"],
    ["kmskey", "kmsKeys"],
  ] as const) {
    it(`name ${nearest} first for the unknown setting ${key}`, () => {
      expect(refusal({ ...REGIONS, [key]: "1" })).to.include(`; known are ${nearest}, `);
    });
  }

  for (const [setting, text, value, path] of [
    ["tags", '{"CostCenter":4711}', "4711", "CostCenter"],
    ["tags", '{"critical":true}', "true", "critical"],
    ["insightPatchGroups", "[4711]", "4711", "0"],
    ["severityRules", '[{"platform":[2022],"severity":"LOW"}]', "2022", "0.platform.0"],
    [
      "exceptions",
      '[{"patches":{"ids":[2022]},"owner":"A","reason":"x","until":"2026-06-30"}]',
      "2022",
      "0.patches.ids.0",
    ],
    ["maintenanceWindows", '{"eu-west-1":[4711]}', "4711", "eu-west-1.0"],
    ["kmsKeys", '{"eu-west-1":4711}', "4711", "eu-west-1"],
    ["regions", "[1]", "1", "0"],
  ] as const) {
    it(`say how to give ${value} as text in ${setting}`, () => {
      const message = refusal({ ...REGIONS, [setting]: text });
      expect(message).to.match(new RegExp(`^setting ${NAMESPACE}:${setting} is ${value} at ${path}: must be `));
      expect(message).to.match(
        new RegExp(
          `; to give it as text, write "${value}" with the quotes, or add --type string to pulumi config set --path$`,
        ),
      );
    });
  }

  it("say nothing about text where a number is wrong, or text is empty", () => {
    expect(refusal({ ...REGIONS, tags: '{"x":["y"]}' })).to.not.include("--type");
    expect(refusal({ ...REGIONS, sweepHours: "0" })).to.not.include("--type");
    expect(refusal({ ...REGIONS, tags: '{"":"x"}' })).to.not.include("--type");
  });

  for (const [what, settings] of [
    ["boundary that is no ARN", { permissionsBoundary: "boundary" }],
    ["name prefix that is too long", { namePrefix: "abcdefghijklmnopqrstuvwxyz0123456789" }],
    ["list of Regions", { regions: '["Ireland"]', permissionsBoundary: "arn:aws-cn:iam::aws:policy/x" }],
    ["switch", { insights: "1", insightPatchGroups: '["prod"]' }],
    ["concurrency", { maximumConcurrency: "1001", reservedConcurrency: "2" }],
  ] as const) {
    it(`give one message for a wrong ${what}`, () => {
      expect(refusal({ ...REGIONS, ...settings })).to.not.include(";");
    });
  }

  for (const [setting, text] of [
    ["tags", '{"__proto__":"x"}'],
    ["kmsKeys", '{"__proto__":"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}'],
    ["maintenanceWindows", '{"__proto__":["mw-0123456789abcdef0"]}'],
    ["severityRules", '[{"__proto__":{"severity":"LOW"},"severity":"HIGH"}]'],
    ["patchWithinDays", '{"__proto__":{"LOW":1}}'],
    ["deadlineRules", '[{"nodes":{"tags":{"__proto__":"x"}},"patchWithinDays":{"LOW":1}}]'],
    ["exceptions", '[{"nodes":{"__proto__":["x"]},"owner":"Ann","reason":"x","until":"2026-06-30"}]'],
  ] as const) {
    it(`refuse ${setting} with a key that would be lost`, () => {
      expect(refusal({ ...REGIONS, [setting]: text })).to.equal(
        `setting ${NAMESPACE}:${setting} must not hold a key __proto__`,
      );
    });
  }

  it("give one message for a KMS key of a Region that is not among the regions", () => {
    const key = "arn:aws:kms:eu-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    expect(refusal({ ...REGIONS, kmsKeys: JSON.stringify({ "eu-west-2": key }) })).to.equal(
      `setting ${NAMESPACE}:kmsKeys is ${JSON.stringify(key)} at eu-west-2: must name only Regions of the stack (see regions)`,
    );
  });

  it("keep names within AWS's limits in Regions with longer names", () => {
    const namePrefix = "abcdefghijklmnopqrs";
    expect(read({ regions: '["us-isof-south-1"]', namePrefix }).namePrefix).to.equal(namePrefix);
    expect(refusal({ regions: '["us-isof-south-1"]', namePrefix: `${namePrefix}t` })).to.equal(
      `setting ${NAMESPACE}:namePrefix is "${namePrefix}t": ` +
        "must be at most 34 characters together with each Region's name: at most 19 in us-isof-south-1",
    );
  });

  it("take keys and boundaries of the Regions' own partition", () => {
    for (const [region, partition] of [
      ["cn-north-1", "aws-cn"],
      ["us-gov-west-1", "aws-us-gov"],
      ["us-iso-east-1", "aws-iso"],
    ] as const) {
      const key = `arn:${partition}:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
      const permissionsBoundary = `arn:${partition}:iam::111122223333:policy/boundary`;
      const settings = { regions: `["${region}"]`, kmsKeys: JSON.stringify({ [region]: key }), permissionsBoundary };
      expect(read(settings)).to.deep.include({ kmsKeys: { [region]: key }, permissionsBoundary });
    }
  });

  it("reserve concurrency for every batch", () => {
    const reserved = { ...REGIONS, maximumConcurrency: "5", reservedConcurrency: "4" };
    expect(refusal(reserved)).to.include(
      "must be at least maximumConcurrency, or Lambda throttles batches: maximumConcurrency is 5",
    );
    expect(read({ ...reserved, reservedConcurrency: "5" }).reservedConcurrency).to.equal(5);
  });

  it("give one message for a value that breaks several bounds", () => {
    expect(refusal({ ...REGIONS, redriveMinutes: "-0.5" })).to.equal(
      `setting ${NAMESPACE}:redriveMinutes is -0.5: must be a whole number from 1 to 60`,
    );
  });

  it("report all errors at once", () => {
    const message = refusal({ regions: "[]", redriveMinutes: "0", speed: "1" });
    expect(message.split("; ")).to.have.lengthOf.at.least(3);
    for (const name of ["regions", "redriveMinutes", "speed"]) expect(message).to.include(`${NAMESPACE}:${name}`);
  });

  it("stop the captured program as an input error", async () => {
    const failure: unknown = await captureProgram([]).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(InputError);
    expect(failure).to.have.property("message").that.includes(`${NAMESPACE}:regions`);
  });
});
