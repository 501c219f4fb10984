/** The provider as a process, as the Pulumi CLI starts it. */
import * as grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { expect } from "chai";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountEntries } from "./account/account.ts";
import { UNKNOWN } from "./values.ts";

const QUEUE = "aws:sqs/queue:Queue";
const URN = `urn:pulumi:trial::project::${QUEUE}::work`;
const structOf = (values: Record<string, struct.JavaScriptValue>) => struct.Struct.fromJavaScript(values);

/** Returns the response to a call. */
function answerTo<Response>(call: (done: (error: Error | null, response: Response) => void) => unknown) {
  return new Promise<Response>((resolve, reject) => {
    call((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

describe("the stand-in provider's process", function () {
  this.timeout(30_000);
  const started: ChildProcess[] = [];
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "stand-in-process-"));
  });
  after(() => {
    for (const child of started) child.kill();
    rmSync(folder, { recursive: true });
  });

  const start = async (environment: Readonly<Record<string, string>> = {}) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "127.0.0.1:1"], {
      env: { ...process.env, STAND_IN_ACCOUNT: folder, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    started.push(child);
    const [port] = (await once(child.stdout, "data")) as [Buffer];
    const address = `127.0.0.1:${String(port).trim()}`;
    const client = new providerGrpc.ResourceProviderClient(address, grpc.credentials.createInsecure());
    await answerTo<messages.ConfigureResponse>((done) =>
      client.configure(new messages.ConfigureRequest().setArgs(structOf({ region: "eu-west-1" })), done),
    );
    return { child, client };
  };

  it("checks, previews and creates a queue, and says why it refuses one", async () => {
    const { client } = await start();
    const news = structOf({ delaySeconds: 5, redrivePolicy: UNKNOWN });
    const asked = new messages.CheckRequest().setUrn(URN).setName("work").setType(QUEUE).setNews(news);
    const checked = await answerTo<messages.CheckResponse>((done) => client.check(asked, done));
    expect(checked.getFailuresList()).to.deep.equal([]);
    expect(checked.getInputs()?.toJavaScript()).to.include({ region: "eu-west-1", redrivePolicy: UNKNOWN });
    const create = new messages.CreateRequest().setUrn(URN).setName("work").setType(QUEUE);
    create.setProperties(structOf({ name: "work" })).setPreview(true);
    const preview = await answerTo<messages.CreateResponse>((done) => client.create(create, done));
    expect(preview.getProperties()?.toJavaScript()).to.include({ name: "work", url: UNKNOWN });
    expect(accountEntries(folder)).to.deep.equal([]);
    const made = await answerTo<messages.CreateResponse>((done) => client.create(create.setPreview(false), done));
    expect(made.getId()).to.equal("https://sqs.eu-west-1.amazonaws.com/123456789012/work");
    const again = create.setProperties(structOf({ name: "work", delaySeconds: 1 }));
    const refused = await answerTo<messages.CreateResponse>((done) => client.create(again, done)).then(
      () => "",
      (error: unknown) => String(error),
    );
    expect(refused).to.include("creating aws:sqs/queue:Queue (work): AlreadyExists");
  });

  it("crashes as planned, after AWS did its part", async () => {
    const fault = [{ name: "late", operation: "create", kind: "crash", after: true }];
    const { child, client } = await start({ STAND_IN_FAULTS: JSON.stringify(fault) });
    const create = new messages.CreateRequest().setUrn(URN).setName("late").setType(QUEUE);
    const ended = once(child, "exit");
    const failed = answerTo<messages.CreateResponse>((done) =>
      client.create(create.setProperties(structOf({ name: "late" })), done),
    ).then(
      () => false,
      () => true,
    );
    expect(await failed).to.equal(true);
    expect(await ended).to.deep.equal([1, null]);
    expect(accountEntries(folder).map(({ logicalName }) => logicalName)).to.include("late");
  });
});
