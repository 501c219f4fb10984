import { expect } from "chai";
import * as z from "zod";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { BatchImportFindingsCommand, SecurityHubClient, type AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import { environmentCredentials } from "../../infra/parts/smaller-sdk.ts";
import {
  bundledText,
  loadBundled,
  Recorder,
  textOf,
  type Client,
  type Command,
  type Request,
} from "../fixtures/bundled-sdk.ts";
import { blindSpotFinding, complianceFinding } from "../fixtures/finding-samples.ts";

const exported = z.object({
  SecurityHubClient: z.custom<Client>((value) => typeof value === "function"),
  BatchImportFindingsCommand: z.custom<Command>((value) => typeof value === "function"),
});

/** Bundles Security Hub's client as the functions do, and loads it. */
async function bundledClient() {
  const source = `export { SecurityHubClient, BatchImportFindingsCommand } from "@aws-sdk/client-securityhub";`;
  return exported.parse(await loadBundled(source));
}

const importedOne = () => new Recorder(`{"SuccessCount":1,"FailedCount":0}`);
const ENVIRONMENT = {
  AWS_REGION: "eu-central-2",
  AWS_ACCESS_KEY_ID: "AKIAFIRST",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "session",
};

describe("the SDK in the bundles", () => {
  const before = { ...process.env };
  const findings = [complianceFinding("i-0123456789abcdef0", [{}]), blindSpotFinding("mi-0123456789abcdef0")];

  beforeEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, ENVIRONMENT);
  });
  afterEach(() => {
    process.env = { ...before };
  });

  async function send(times = 1, between = (): void => undefined): Promise<Request[]> {
    const { SecurityHubClient: Bundled, BatchImportFindingsCommand: Import } = await bundledClient();
    const requestHandler = importedOne();
    const client = new Bundled({ requestHandler });
    for (let call = 0; call < times; call += 1) {
      await client.send(new Import({ Findings: findings }));
      between();
    }
    return requestHandler.requests;
  }

  it("signs with the credentials, and for the Region, of the environment", async () => {
    const [request] = await send();
    expect(request?.headers["authorization"]).to.match(/Credential=AKIAFIRST\/\d{8}\/eu-central-2\/securityhub\//);
    expect(request?.headers["x-amz-security-token"]).to.equal("session");
    expect(request?.hostname).to.equal("securityhub.eu-central-2.amazonaws.com");
  });

  it("reads the credentials again when they have expired", async () => {
    process.env["AWS_CREDENTIAL_EXPIRATION"] = "2020-01-01T00:00:00Z";
    const requests = await send(2, () => (process.env["AWS_ACCESS_KEY_ID"] = "AKIASECOND"));
    expect(requests.map(({ headers }) => /AKIA[A-Z]+/.exec(headers["authorization"] ?? "")?.[0])).to.deep.equal([
      "AKIAFIRST",
      "AKIASECOND",
    ]);
  });

  for (const name of ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECURITYHUB"]) {
    it(`calls the endpoint of ${name}`, async () => {
      process.env[name] = "http://127.0.0.1:4566";
      const [request] = await send();
      expect(request).to.include({ hostname: "127.0.0.1", port: 4566 });
    });
  }

  it("says so if the environment has no credentials", async () => {
    delete process.env["AWS_SECRET_ACCESS_KEY"];
    const error: unknown = await send().catch((thrown: unknown) => thrown);
    expect(error).to.include({ name: "CredentialsProviderError" });
    expect(error).to.have.property("message", "Unable to find environment variable credentials.");
  });

  it("sends findings as the whole SDK does", async () => {
    const requestHandler = importedOne();
    const client = new SecurityHubClient({ requestHandler: requestHandler as never });
    await client.send(new BatchImportFindingsCommand({ Findings: findings as unknown as AwsSecurityFinding[] }));
    const [whole] = requestHandler.requests;
    const [request] = await send();
    expect(textOf(request)).to.include(`"Details":{"Other":{"ComputerName"`);
    expect(textOf(request)).to.equal(textOf(whole));
  });
});

describe("EC2's client in the bundles", () => {
  const source = `export { EC2Client, DescribeInstancesCommand } from "@aws-sdk/client-ec2";`;
  const clients = z.object({
    EC2Client: z.custom<Client>((value) => typeof value === "function"),
    DescribeInstancesCommand: z.custom<Command>((value) => typeof value === "function"),
  });
  const input = {
    Filters: [
      { Name: "instance-state-name", Values: ["running"] },
      { Name: "instance-id", Values: ["i-0123456789abcdef0", "i-0123456789abcdef1"] },
    ],
    MaxResults: 200,
    NextToken: "next",
  };
  const instance =
    "<instanceId>i-0123456789abcdef0</instanceId><launchTime>2026-11-19T12:00:00.000Z</launchTime>" +
    "<instanceState><code>16</code><name>running</name></instanceState>" +
    "<tagSet><item><key>Lifecycle</key><value>a &amp; b</value></item><item><key>Empty</key><value/></item></tagSet>" +
    "<networkInterfaceSet><item><privateIpAddress>10.0.0.1</privateIpAddress></item></networkInterfaceSet>";
  const answer =
    `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet>` +
    `<item><instancesSet><item>${instance}</item></instancesSet></item></reservationSet><nextToken>more</nextToken>` +
    `</DescribeInstancesResponse>`;
  const options = { region: "eu-central-2", credentials: { accessKeyId: "x", secretAccessKey: "y" } };

  it("asks and understands as the whole SDK does", async () => {
    const [whole, bundled] = [new Recorder(answer), new Recorder(answer)];
    const client = new EC2Client({ ...options, requestHandler: whole as never });
    const { $metadata: _, ...expected } = await client.send(new DescribeInstancesCommand(input));
    const { EC2Client: Bundled, DescribeInstancesCommand: Describe } = clients.parse(await loadBundled(source));
    const sent = await new Bundled({ ...options, requestHandler: bundled }).send(new Describe(input));
    expect(sent).to.deep.include(expected);
    expect(expected.Reservations?.[0]?.Instances?.[0]).to.deep.include({
      LaunchTime: new Date("2026-11-19T12:00:00Z"),
    });
    expect(textOf(bundled.requests[0])).to.equal(textOf(whole.requests[0]));
    expect([...new URLSearchParams(textOf(bundled.requests[0]))]).to.deep.include.members([
      ["Filter.2.Value.2", "i-0123456789abcdef1"],
      ["MaxResults", "200"],
      ["NextToken", "next"],
    ]);
  });

  it("leaves out the formats of other operations", async () => {
    const { length } = await bundledText(source);
    const others = await bundledText(`${source} export { DescribeVpcsCommand } from "@aws-sdk/client-ec2";`);
    expect(others.length).to.be.greaterThan(length);
    const whole = await bundledText(source, [environmentCredentials]);
    // In kilobytes: the plugin saves more than the rest of the client.
    expect(length / 1000).to.be.below(320);
    expect((whole.length - length) / 1000).to.be.above(400);
  });
});
