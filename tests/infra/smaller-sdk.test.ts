import { expect } from "chai";
import * as z from "zod";
import { BatchImportFindingsCommand, SecurityHubClient, type AwsSecurityFinding } from "@aws-sdk/client-securityhub";
import { build } from "esbuild";
import { Script } from "node:vm";
import { createRequire } from "node:module";
import { BUNDLE_OPTIONS } from "../../infra/parts/bundles.ts";
import { blindSpotFinding, complianceFinding } from "../fixtures/finding-samples.ts";

interface Request {
  readonly hostname: string;
  readonly port?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

type Client = new (options: object) => { send(command: object): Promise<object> };
type Command = new (input: object) => object;

const exported = z.object({
  SecurityHubClient: z.custom<Client>((value) => typeof value === "function"),
  BatchImportFindingsCommand: z.custom<Command>((value) => typeof value === "function"),
});

/** Bundles Security Hub's client as the functions do, and loads it. */
async function bundledClient() {
  const contents = `export { SecurityHubClient, BatchImportFindingsCommand } from "@aws-sdk/client-securityhub";`;
  const { outputFiles } = await build({ ...BUNDLE_OPTIONS, stdin: { contents, resolveDir: import.meta.dirname } });
  const module: { exports: unknown } = { exports: {} };
  const source = `(module, require) => {${outputFiles[0]?.text ?? ""}\n}`;
  const load: unknown = new Script(source, { filename: "client.cjs" }).runInThisContext();
  z.custom<(module: object, require: NodeJS.Require) => void>((value) => typeof value === "function").parse(load)(
    module,
    createRequire(import.meta.url),
  );
  return exported.parse(module.exports);
}

/** Records requests instead of sending them. */
class Recorder {
  readonly requests: Request[] = [];

  handle(request: Request): Promise<object> {
    this.requests.push(request);
    const body = new TextEncoder().encode(`{"SuccessCount":1,"FailedCount":0}`);
    return Promise.resolve({ response: { statusCode: 200, headers: {}, body } });
  }
}

const textOf = (request: Request | undefined): string => new TextDecoder().decode(request?.body);

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
    const requestHandler = new Recorder();
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
    const requestHandler = new Recorder();
    const client = new SecurityHubClient({ requestHandler: requestHandler as never });
    await client.send(new BatchImportFindingsCommand({ Findings: findings as unknown as AwsSecurityFinding[] }));
    const [whole] = requestHandler.requests;
    const [request] = await send();
    expect(textOf(request)).to.include(`"Details":{"Other":{"ComputerName"`);
    expect(textOf(request)).to.equal(textOf(whole));
  });
});
