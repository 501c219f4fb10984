import {
  BatchImportFindingsCommand,
  DescribeHubCommand,
  GetFindingsCommand,
  SecurityHubClient,
  BatchUpdateFindingsCommand,
} from "@aws-sdk/client-securityhub";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DescribeInstancePatchStatesCommand, ListComplianceItemsCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { Admission, type ApiCall } from "../../../local/gateway/admission.ts";
import { checkFaults, FaultPlan } from "../../../local/gateway/faults.ts";
import { Gateway } from "../../../local/gateway/gateway.ts";
import { ServiceError, type Caller } from "../../../local/gateway/stand-in.ts";

const ROLE = "arn:aws:iam::111122223333:role/publish";

interface Seen {
  service: string;
  operation: string;
  input: Record<string, unknown>;
  caller: Caller;
}

interface Setup {
  faults?: object[];
  answer?: (operation: string, input: Record<string, unknown>) => unknown;
  missing?: (call: ApiCall) => { action: string; resource: string } | undefined;
}

describe("gateway", () => {
  let gateway: Gateway;
  let admission: Admission;
  let seen: Seen[];
  const clients: { destroy(): void }[] = [];

  async function start(setup: Setup = {}): Promise<void> {
    gateway = await Gateway.listen();
    seen = [];
    const plan = new FaultPlan(checkFaults(setup.faults ?? [], "plan"), () => Date.now());
    admission = new Admission({ missing: setup.missing ?? (() => undefined) }, plan);
    gateway.serve({
      admission,
      account: "111122223333",
      identify: (key) => (key === "ASIAPUBLISH" ? { roleArn: ROLE, functionName: "publish" } : undefined),
      standIn: (service, region) =>
        region !== "eu-west-1"
          ? undefined
          : {
              call: (operation, input, caller) => {
                seen.push({ service, operation, input, caller });
                return setup.answer?.(operation, input) ?? {};
              },
            },
    });
  }

  function options(overrides: object = {}) {
    return {
      region: "eu-west-1",
      endpoint: gateway.url,
      maxAttempts: 1,
      credentials: { accessKeyId: "ASIAPUBLISH", secretAccessKey: "local" },
      ...overrides,
    };
  }
  function kept<T extends { destroy(): void }>(client: T): T {
    clients.push(client);
    return client;
  }
  const hub = (overrides: object = {}) => kept(new SecurityHubClient(options(overrides)));
  const ssm = (overrides: object = {}) => kept(new SSMClient(options(overrides)));
  const sqs = () => kept(new SQSClient(options()));
  const sfn = () => kept(new SFNClient(options()));

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await gateway.close();
  });

  const failure = async (call: Promise<unknown>): Promise<Error & { $metadata?: { httpStatusCode?: number } }> => {
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) throw new Error("the call was to fail");
    return error;
  };

  it("understands each of the clients", async () => {
    await start();
    const url = `${gateway.url}/111122223333/work`;
    await ssm().send(new ListComplianceItemsCommand({ ResourceIds: ["i-1"] }));
    await sqs()
      .send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }))
      .catch(() => undefined); // no MD5
    await sfn().send(new StartExecutionCommand({ stateMachineArn: "arn:m", input: "{}" }));
    await hub().send(new BatchImportFindingsCommand({ Findings: [] }));
    await hub().send(new GetFindingsCommand({ MaxResults: 5 }));
    await hub().send(new BatchUpdateFindingsCommand({ FindingIdentifiers: [] }));
    await hub().send(new DescribeHubCommand({ HubArn: "arn:hub" }));
    expect(seen.map(({ service, operation, input }) => [service, operation, input])).to.deep.equal([
      ["ssm", "ListComplianceItems", { ResourceIds: ["i-1"] }],
      ["sqs", "SendMessage", { QueueUrl: url, MessageBody: "x" }],
      ["states", "StartExecution", { stateMachineArn: "arn:m", input: "{}" }],
      ["securityhub", "BatchImportFindings", { Findings: [] }],
      ["securityhub", "GetFindings", { MaxResults: 5 }],
      ["securityhub", "BatchUpdateFindings", { FindingIdentifiers: [] }],
      ["securityhub", "DescribeHub", { HubArn: "arn:hub" }],
    ]);
    expect(seen[0]?.caller).to.deep.equal({ roleArn: ROLE, account: "111122223333", region: "eu-west-1" });
    expect(admission.apiCalls).to.include({ "securityhub:GetFindings": 1, "ssm:ListComplianceItems": 1 });
    expect(gateway.defects).to.deep.equal([]);
  });

  it("returns the answer, timestamps included", async () => {
    await start({
      answer: () => ({ InstancePatchStates: [{ InstanceId: "i-1", OperationEndTime: 1_700_000_000.5 }] }),
    });
    const { InstancePatchStates } = await ssm().send(new DescribeInstancePatchStatesCommand({ InstanceIds: ["i-1"] }));
    expect(InstancePatchStates?.[0]?.OperationEndTime).to.deep.equal(new Date(1_700_000_000_500));
  });

  const errors: [string, string, number, () => Promise<unknown>][] = [
    ["ssm", "InvalidResourceId", 400, () => ssm().send(new ListComplianceItemsCommand({}))],
    ["ssm", "ThrottlingException", 400, () => ssm().send(new ListComplianceItemsCommand({}))],
    [
      "sqs",
      "QueueDoesNotExist",
      400,
      () => sqs().send(new SendMessageCommand({ QueueUrl: `${gateway.url}/1/q`, MessageBody: "x" })),
    ],
    [
      "states",
      "ExecutionAlreadyExists",
      400,
      () => sfn().send(new StartExecutionCommand({ stateMachineArn: "arn:m" })),
    ],
    ["securityhub", "InvalidAccessException", 401, () => hub().send(new GetFindingsCommand({}))],
    ["securityhub", "LimitExceededException", 429, () => hub().send(new BatchImportFindingsCommand({ Findings: [] }))],
  ];
  for (const [service, code, status, call] of errors) {
    it(`${service} errors keep their name: ${code}`, async () => {
      await start({
        answer: () => {
          throw new ServiceError(code, "the message", status);
        },
      });
      const error = await failure(call());
      expect(error).to.include({ name: code, message: "the message" });
      expect(error.$metadata?.httpStatusCode).to.equal(status);
    });
  }

  it("denies what the role may not do, and records who asked", async () => {
    await start({ missing: (call) => ({ action: `${call.service}:${call.operation}`, resource: "*" }) });
    const json = await failure(ssm().send(new ListComplianceItemsCommand({})));
    const rest = await failure(hub().send(new GetFindingsCommand({})));
    expect(json).to.have.property("name", "AccessDeniedException");
    expect(json.message).to.include(`${ROLE} is not authorized to perform: ssm:ListComplianceItems`);
    expect([json.$metadata?.httpStatusCode, rest.$metadata?.httpStatusCode]).to.deep.equal([400, 403]);
    expect(rest).to.have.property("name", "AccessDeniedException");
    expect(admission.denied).to.deep.equal([
      { role: ROLE, action: "ssm:ListComplianceItems", resource: "*", function: "publish" },
      { role: ROLE, action: "securityhub:GetFindings", resource: "*", function: "publish" },
    ]);
    expect(admission.apiCalls).to.deep.equal({ "securityhub:GetFindings": 1, "ssm:ListComplianceItems": 1 });
    expect(seen).to.deep.equal([]);
  });

  it("refuses unknown credentials", async () => {
    await start();
    const error = await failure(
      ssm({ credentials: { accessKeyId: "AKIAOTHER", secretAccessKey: "x" } }).send(new ListComplianceItemsCommand({})),
    );
    expect(error).to.have.property("name", "UnrecognizedClientException");
  });

  it("names an error in the header and in the body, in the form of each protocol", async () => {
    await start();
    const json = await fetch(gateway.url, {
      method: "POST",
      headers: { "x-amz-target": "AmazonSSM.ListComplianceItems" },
    });
    const rest = await fetch(`${gateway.url}/findings`, { method: "POST" });
    const name = "UnrecognizedClientException";
    expect([json, rest].map((each) => each.headers.get("x-amzn-errortype"))).to.deep.equal([name, name]);
    expect(await json.json()).to.have.property("__type", name);
    expect(await rest.json()).to.have.property("Code", name);
  });

  it("answers with a planned error before anything else happens", async () => {
    await start({
      faults: [{ service: "ssm", operation: "*", count: 1, kind: "error", code: "ThrottlingException", status: 400 }],
    });
    expect(await failure(ssm().send(new ListComplianceItemsCommand({})))).to.have.property(
      "name",
      "ThrottlingException",
    );
    expect(seen).to.deep.equal([]);
    await ssm().send(new ListComplianceItemsCommand({}));
    expect(admission.apiCalls).to.deep.equal({ "ssm:ListComplianceItems": 2 });
  });

  it("resets the connection", async () => {
    await start({ faults: [{ service: "securityhub", operation: "GetFindings", count: 1, kind: "reset" }] });
    expect(await failure(hub().send(new GetFindingsCommand({})))).to.have.property("code", "ECONNRESET");
    expect(gateway.defects).to.deep.equal([]);
  });

  it("sends no answer until the client gives up, and can still be closed", async () => {
    await start({ faults: [{ service: "ssm", operation: "*", count: 1, kind: "timeout" }] });
    const client = ssm({ requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true } });
    expect(await failure(client.send(new ListComplianceItemsCommand({})))).to.have.property("name", "TimeoutError");
    expect(seen).to.deep.equal([]);
  });

  it("imports the rest of a batch that fails in part", async () => {
    await start({
      faults: [{ service: "securityhub", operation: "BatchImportFindings", count: 1, kind: "partial" }],
      answer: (_, input) => ({
        FailedCount: 0,
        SuccessCount: Array.isArray(input["Findings"]) ? input["Findings"].length : -1,
        FailedFindings: [],
      }),
    });
    const ids = ["a", "b", "c", "d", "e", "f", "g"];
    const findings = ids.map((Id) => ({ Id })) as unknown as BatchImportFindingsCommand["input"]["Findings"];
    const answer = await hub().send(new BatchImportFindingsCommand({ Findings: findings }));
    expect(answer).to.include({ FailedCount: 2, SuccessCount: 5 });
    expect(answer.FailedFindings?.map((each) => [each.Id, each.ErrorCode])).to.deep.equal([
      ["a", "InternalFailure"],
      ["f", "InternalFailure"],
    ]);
    expect(seen[0]?.input["Findings"]).to.deep.equal(["b", "c", "d", "e", "g"].map((Id) => ({ Id })));
  });

  it("fails one entry of an SQS batch", async () => {
    await start({
      faults: [{ service: "sqs", operation: "SendMessageBatch", count: 1, kind: "partial" }],
      answer: () => ({ Successful: [] }),
    });
    const Entries = ["1", "2"].map((Id) => ({ Id, MessageBody: Id }));
    const answer = await sqs().send(new SendMessageBatchCommand({ QueueUrl: `${gateway.url}/1/q`, Entries }));
    expect(answer.Failed?.map((each) => each.Id)).to.deep.equal(["1"]);
    expect(seen[0]?.input["Entries"]).to.deep.equal([{ Id: "2", MessageBody: "2" }]);
  });

  it("keeps mistakes of the local cloud for the end of the run", async () => {
    await start({
      answer: () => {
        throw new TypeError("a slip");
      },
    });
    const error = await failure(ssm().send(new ListComplianceItemsCommand({})));
    expect(error.$metadata?.httpStatusCode).to.equal(500);
    await failure(ssm({ region: "us-east-1" }).send(new ListComplianceItemsCommand({})));
    const response = await fetch(`${gateway.url}/buckets`);
    expect(response.status).to.equal(500);
    expect(gateway.defects.map((defect) => defect.message)).to.deep.equal([
      "a slip",
      "no stand-in for ssm in us-east-1",
      "no local service answers GET /buckets",
    ]);
  });
});
