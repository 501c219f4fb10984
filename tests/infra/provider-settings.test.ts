import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { providerSettings } from "../../infra/settings/provider-settings.ts";
import { providerShape } from "../../infra/settings/provider-shape.ts";

const STACK = { regions: ["eu-west-1", "us-east-1"], tags: {} };
const KNOWN = Object.keys(providerShape.shape);

/** Settings as Pulumi hands them over: text each. */
const read = (
  settings: Readonly<Record<string, string>>,
  { stack = STACK, secret = [] }: { stack?: typeof STACK; secret?: readonly string[] } = {},
): aws.ProviderArgs => {
  const config = Object.fromEntries(Object.entries(settings).map(([name, text]) => [`aws:${name}`, text]));
  return providerSettings(stack, { "else:profile": "x", ...config }, (key) => secret.includes(key));
};

function refusal(...given: Parameters<typeof read>): string {
  try {
    read(...given);
  } catch (error) {
    expect(pulumi.RunError.isInstance(error), "Pulumi shows the message of a RunError without a stack").to.equal(true);
    expect((error as Error).message).to.not.include("\n");
    return (error as Error).message;
  }
  throw new Error(`accepted ${JSON.stringify(given)}`);
}

const role = { roleArn: "arn:aws:iam::111122223333:role/deploy", externalId: "4711", tags: { a: "b" } };
/** A value for each setting, as text, and as the provider gets it. */
const VALUES: Readonly<Record<string, readonly [text: string, value: unknown]>> = {
  ...Object.fromEntries(KNOWN.map((name) => [name, ["some text", "some text"]])),
  ...Object.fromEntries(
    KNOWN.filter((name) => /^(skip|use[DF]|insecure|s3UsePath)/.test(name)).map((name) => [name, ["true", true]]),
  ),
  allowedAccountIds: ['["011122223333"]', ["011122223333"]],
  forbiddenAccountIds: ["[111122223333]", ["111122223333"]],
  assumeRoles: [JSON.stringify([role]), [role]],
  assumeRoleWithWebIdentity: [JSON.stringify({ roleArn: role.roleArn }), { roleArn: role.roleArn }],
  defaultTags: ['{"tags":{"team":"a"}}', { tags: { team: "a" } }],
  endpoints: ['[{"sqs":"http://127.0.0.1:1"}]', [{ sqs: "http://127.0.0.1:1" }]],
  ignoreTags: ['{"keyPrefixes":["org:"]}', { keyPrefixes: ["org:"] }],
  maxRetries: ["5", 5],
  tokenBucketRateLimiterCapacity: ["0", 0],
  region: ["us-west-2", "us-west-2"],
  sharedConfigFiles: ['["/a","/b"]', ["/a", "/b"]],
  sharedCredentialsFiles: ['["/c"]', ["/c"]],
  userAgents: ['["x"]', ["x"]],
};

describe("the settings of the AWS provider", () => {
  after(() => pulumi.runtime.setAllConfig({}));

  it("are, without any, the first Region and the stack's tags", () => {
    expect(read({}, { stack: { ...STACK, tags: { owner: "ann" } } })).to.deep.equal({
      region: "eu-west-1",
      defaultTags: { tags: { owner: "ann" } },
    });
  });

  it("are all that the provider knows", () => {
    const getters = Object.keys(aws.config).filter((name) => name !== "requireRegion");
    expect(KNOWN.toSorted()).to.deep.equal(getters.toSorted());
  });

  for (const [name, [text, value]] of Object.entries(VALUES)) {
    it(`pass ${name} on as ${JSON.stringify(value)}`, () => {
      expect(read({ [name]: text })).to.have.deep.property(name, value);
    });

    it(`keep a secret ${name} secret`, async () => {
      const { [name as keyof aws.ProviderArgs]: secret } = read({ [name]: text }, { secret: [`aws:${name}`] });
      expect(await pulumi.isSecret(pulumi.output<unknown>(secret))).to.equal(true);
      expect(await valueOf(pulumi.output<unknown>(secret))).to.deep.equal(value);
    });

    it(`give ${name} to the provider as Pulumi gives it to a default provider`, () => {
      pulumi.runtime.setAllConfig({ [`aws:${name}`]: text });
      const own: unknown = aws.config[name as keyof typeof aws.config];
      if (name !== "forbiddenAccountIds") expect(own).to.deep.equal(value);
    });
  }

  it("take all of them at once", () => {
    const texts = Object.fromEntries(Object.entries(VALUES).map(([name, [text]]) => [name, text]));
    const values = Object.fromEntries(Object.entries(VALUES).map(([name, [, value]]) => [name, value]));
    expect(read(texts)).to.deep.equal(values);
  });

  it("read the stack's own configuration, and Pulumi's list of secrets", async () => {
    pulumi.runtime.setAllConfig({ "aws:profile": "prod", "aws:token": "s3cret" }, ["aws:token"]);
    const { profile, token } = providerSettings(STACK);
    expect(profile).to.equal("prod");
    expect(await pulumi.isSecret(pulumi.output(token))).to.equal(true);
  });

  it("take a text that looks like a number as text", () => {
    expect(read({ profile: "111122223333", token: "true" })).to.include({ profile: "111122223333", token: "true" });
  });

  describe("default tags", () => {
    const stack = { ...STACK, tags: { Owner: "ann", cost: "1" } };

    it("are merged with ours, which win in upper and lower case", () => {
      const defaultTags = JSON.stringify({ tags: { owner: "bob", cost: "2", team: "a" } });
      const merged = { tags: { Owner: "ann", cost: "1", team: "a" } };
      expect(read({ defaultTags }, { stack }).defaultTags).to.deep.equal(merged);
    });

    it("are, with ours, at most 40", () => {
      const tags = Object.fromEntries(Array.from({ length: 39 }, (_, index) => [`t${index}`, "x"]));
      expect(refusal({ defaultTags: JSON.stringify({ tags }) }, { stack })).to.match(
        /^setting aws:defaultTags is .*: must be at most 40 tags together with tags$/,
      );
    });
  });

  describe("the Region", () => {
    it("need not be one of regions", () => {
      expect(read({ region: "ap-southeast-7" }).region).to.equal("ap-southeast-7");
    });

    it("must be of their partition", () => {
      expect(refusal({ region: "us-gov-west-1" })).to.equal(
        'setting aws:region is "us-gov-west-1": must be a Region of the partition of regions (aws); change it or remove it',
      );
      const stack = { ...STACK, regions: ["cn-north-1"] };
      expect(refusal({ region: "eu-west-1" }, { stack })).to.include("(aws-cn)");
      expect(refusal({ region: "Ireland" }, { stack })).to.match(
        /^setting aws:region is "Ireland": must be an AWS [^;]*$/,
      );
    });
  });

  for (const [name, nearest] of [
    ["alowedAccountIds", "allowedAccountIds"],
    ["allowedAccounts", "allowedAccountIds"],
    ["assumeRole", "assumeRoles"],
    ["Profile", "profile"],
    ["regions", "region"],
    ["sharedCredentialsFile", "sharedCredentialsFiles"],
    ["skipMetadataAPICheck", "skipMetadataApiCheck"],
  ] as const) {
    it(`refuse ${name}, and name ${nearest} first`, () => {
      const message = refusal({ [name]: "s3cret" });
      const [beginning, known = ""] = message.split("; known are ");
      expect(beginning).to.equal(`unknown setting aws:${name}`);
      expect(known.split(", ")[0]).to.equal(nearest);
      expect(known.split(", ")).to.have.members(KNOWN);
      expect(message).to.not.include("s3cret");
    });
  }

  for (const [name, text, message] of [
    ["allowedAccountIds", "111122223333", "is 111122223333: must be a list of 1 or more account ids"],
    ["allowedAccountIds", "[]", "is []: must be a list of 1 or more account ids"],
    [
      "allowedAccountIds",
      "[11122223333]",
      "is 11122223333 at 0: must be an account id of 12 digits; to give it as text",
    ],
    ["forbiddenAccountIds", '["1111-2222-3333"]', 'is "1111-2222-3333" at 0: must be an account id of 12 digits'],
    ["assumeRoles", "{}", "is {}: must be a list of roles"],
    ["assumeRoles", "[{}]", "is not set at 0.roleArn: must be text"],
    [
      "assumeRoles",
      '[{"roleArm":"x","roleArn":"x"}]',
      '"roleArm" is unknown; must be a role with roleArn, and any of ',
    ],
    ["assumeRoles", '[{"roleArn":"x","externalId":4711}]', "is 4711 at 0.externalId: must be text; to give it as text"],
    ["assumeRoleWithWebIdentity", '{"duration":"1h"}', "is not set at roleArn: must be text"],
    ["defaultTags", '{"owner":"x"}', '"owner" is unknown; must be a mapping with any of tags'],
    ["defaultTags", '{"tags":{"aws:x":"y"}}', "at tags.aws:x: must not begin with aws:"],
    ["ignoreTags", '{"key":["x"]}', '"key" is unknown; must be a mapping with any of keys, keyPrefixes'],
    ["skipMetadataApiCheck", "yes", 'is "yes": must be true or false'],
    ["maxRetries", "many", 'is "many": must be a whole number'],
    ["maxRetries", "-1", "is -1: must be a whole number"],
    ["profile", "", 'is "": must be text of 1 or more characters'],
    ["profile", '["a"]', 'is ["a"]: must be text'],
    ["sharedConfigFiles", "/home/ann/.aws/config", "must be a list of texts"],
    ["endpoints", '{"sqs":"x"}', "must be a list of mappings of services to URLs"],
  ] as const) {
    it(`refuse ${name} ${text}`, () => {
      const refused = refusal({ [name]: text });
      expect(refused).to.match(new RegExp(`^setting aws:${name} is `));
      expect(refused).to.include(message);
    });

    it(`refuse a secret ${name} ${text} without a part of its value`, () => {
      expect(refusal({ [name]: text }, { secret: [`aws:${name}`] })).to.match(
        new RegExp(`^setting aws:${name} is secret: must [^"\\d{}]*(12 digits|1 or more [a-z ]*)?$`),
      );
    });
  }

  it("refuse a key that would be lost", () => {
    expect(refusal({ defaultTags: '{"tags":{"__proto__":"x"}}' })).to.equal(
      "setting aws:defaultTags must not hold a key __proto__",
    );
  });

  it("report all errors at once", () => {
    expect(refusal({ profil: "x", maxRetries: "x", region: "x" }).split("; ")).to.have.lengthOf.at.least(3);
  });
});

function valueOf<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value));
  });
}
