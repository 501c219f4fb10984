import { ListComplianceItemsCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { Admission } from "../../../local/gateway/admission.ts";
import { Gateway } from "../../../local/gateway/gateway.ts";
import { ServiceError } from "../../../local/gateway/stand-in.ts";
import { useClock } from "../../../local/run/clock.ts";

describe("the time of the gateway's answers", () => {
  it("is the program's, or the SDK would take a refusal for a wrong clock and repeat the call", async () => {
    const admission = new Admission({ missing: () => undefined });
    const refuse = () => {
      throw new ServiceError("InvalidFilter", "no");
    };
    const identify = () => ({ roleArn: "arn:aws:iam::111122223333:role/gather" });
    const release = useClock(Infinity, Date.parse("2026-01-05T00:00:00Z"));
    const gateway = await Gateway.listen();
    const credentials = { accessKeyId: "ASIAGATHER", secretAccessKey: "local" };
    const client = new SSMClient({ region: "eu-west-1", endpoint: gateway.url, maxAttempts: 4, credentials });
    try {
      gateway.serve({ admission, account: "111122223333", identify, standIn: () => ({ call: refuse }) });
      const call = client.send(new ListComplianceItemsCommand({ ResourceIds: ["i-1"] }));
      expect(await call.catch((error: unknown) => error)).to.have.property("name", "InvalidFilter");
    } finally {
      client.destroy();
      await gateway.close();
      release();
    }
    expect(admission.apiCalls).to.deep.equal({ "ssm:ListComplianceItems": 1 });
  });
});
