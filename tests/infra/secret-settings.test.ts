import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readSettings, type Settings } from "../../infra/settings.ts";
import { settingsShape } from "../../infra/settings/shape.ts";
import { accepted } from "../fixtures/accepted-settings.ts";
import { refused } from "../fixtures/refused-settings.ts";

const NAMESPACE = "patch-manager-findings";

/** Reads settings of which some are encrypted in the stack's file. */
function read(values: Readonly<Record<string, string>>, secret: readonly string[]): Settings {
  const named = { regions: '["eu-west-1"]', ...values };
  const config = Object.fromEntries(Object.entries(named).map(([name, text]) => [`${NAMESPACE}:${name}`, text]));
  pulumi.runtime.setAllConfig(
    config,
    secret.map((name) => `${NAMESPACE}:${name}`),
  );
  return readSettings();
}

function refusal(values: Readonly<Record<string, string>>, secret: readonly string[]): string {
  try {
    read(values, secret);
  } catch (error) {
    expect(pulumi.RunError.isInstance(error)).to.equal(true);
    return (error as Error).message;
  }
  throw new Error(`accepted ${JSON.stringify(values)}`);
}

describe("secret settings", () => {
  after(() => pulumi.runtime.setAllConfig({}));

  it("keep the email address of the alarms secret", async () => {
    const { alarmEmail } = read({ alarmEmail: "ann@example.com" }, ["alarmEmail"]);
    expect(pulumi.Output.isInstance(alarmEmail)).to.equal(true);
    expect(await pulumi.isSecret(pulumi.output(alarmEmail ?? ""))).to.equal(true);
    expect(read({ alarmEmail: "ann@example.com" }, []).alarmEmail).to.equal("ann@example.com");
    expect(read({}, [])).to.not.have.property("alarmEmail");
  });

  it("do not show a wrong email address", () => {
    expect(refusal({ alarmEmail: "s3cret" }, ["alarmEmail"])).to.equal(
      `setting ${NAMESPACE}:alarmEmail is secret: must be an email address of at most 254 characters`,
    );
    expect(refusal({ alarmEmail: '{"s3cret":"s3cret"}' }, ["alarmEmail"])).to.not.include("s3cret");
  });

  for (const { setting, texts } of accepted) {
    if (setting === "alarmEmail") continue;
    it(`refuse a secret ${setting} without its value`, () => {
      expect(refusal({ [setting]: texts[0] ?? "" }, [setting])).to.equal(
        `setting ${NAMESPACE}:${setting} must not be secret: its value appears in names, policies, ` +
          "environment variables or findings; set it again without --secret",
      );
    });
  }

  it("cover every setting", () => {
    const covered = new Set<string>(accepted.map(({ setting }) => setting));
    const missing = Object.keys(settingsShape.shape).filter((setting) => !covered.has(setting));
    expect(missing).to.deep.equal(["productName", "companyName", "hybridResourceType"]);
    for (const setting of missing) expect(refusal({ [setting]: "Other" }, [setting])).to.include("must not be secret");
  });

  it("never show a wrong value, nor a part of it", () => {
    for (const { setting, text } of refused) {
      const message = refusal({ [setting]: text }, [setting]);
      expect(message, text).to.match(/(must not be secret: its value|is secret: must be )/);
      expect(message, text).to.not.match(/ is ["[{]/);
    }
  });

  it("name several at once", () => {
    expect(refusal({ productName: "s3cret", tags: '{"s3cret":1}' }, ["productName", "tags"])).to.match(
      /^setting patch-manager-findings:productName, patch-manager-findings:tags must not be secret/,
    );
  });

  it("do not show the value of an unknown one", () => {
    const message = refusal({ alarmMail: "s3cret" }, ["alarmMail"]);
    expect(message).to.match(/^unknown setting patch-manager-findings:alarmMail; known are alarmEmail, /);
    expect(message).to.not.include("s3cret");
  });
});
