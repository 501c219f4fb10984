import { expect } from "chai";
import { cachedSchema } from "../schema/cached-schema.ts";
import { PROVIDER_TYPE } from "../schema/provider-type.ts";
import type { Schema } from "../schema/shape.ts";
import type { Values } from "../values.ts";
import { checkSettings, readSettings } from "./provider-settings.ts";

const CREDENTIALS = { account: "123456789012", profiles: { audit: "210987654321" } };

describe("the stand-in provider's settings", () => {
  let schema: Schema;
  before(async () => {
    schema = await cachedSchema([PROVIDER_TYPE]);
  });
  const read = (values: Values) => readSettings({ region: "eu-west-1", ...values }, schema, CREDENTIALS);

  it("give Region, partition, account and default tags", () => {
    expect(read({ region: "us-gov-west-1", defaultTags: '{"tags":{"a":"b"}}', version: "7.48.0" })).to.deep.equal({
      ...{ account: "123456789012", region: "us-gov-west-1", partition: "aws-us-gov" },
      defaultTags: { a: "b" },
    });
  });

  it("take the account of the profile and of the assumed role", () => {
    const roleArn = "arn:aws:iam::333333333333:role/deploy";
    expect(read({ profile: "audit" }).account).to.equal("210987654321");
    expect(read({ profile: "audit", assumeRoles: JSON.stringify([{ roleArn }]) }).account).to.equal("333333333333");
    expect(() => read({ profile: "other" })).to.throw("failed to get shared config profile, other");
  });

  it("refuse accounts that are not allowed", () => {
    expect(read({ allowedAccountIds: '["123456789012"]' }).account).to.equal("123456789012");
    expect(() => read({ allowedAccountIds: '["1"]' })).to.throw("AWS account ID not allowed: 123456789012");
    expect(() => read({ forbiddenAccountIds: '["123456789012"]' })).to.throw("AWS account ID not allowed");
    expect(() => read({ region: "" })).to.throw("Missing region");
  });

  it("are checked", () => {
    expect(checkSettings({ region: "eu-west-1", skipRegionValidation: "true", version: "7" }, schema)).to.deep.equal(
      [],
    );
    expect(checkSettings({ accountId: "1" }, schema)[0]).to.include({ property: "accountId" });
    expect(checkSettings({ maxRetries: '"many"' }, schema)[0]?.reason).to.include("must be a number");
    expect(checkSettings({ defaultTags: '{"tags":{"aws:a":"b"}}' }, schema)[0]?.reason).to.include("aws:");
  });
});
