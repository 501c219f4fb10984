import { expect } from "chai";
import type { Cloud } from "../../../local/run/cloud.ts";
import {
  functionArn,
  queueArn,
  startSmallCloud,
  withInputs,
  without,
  type SmallCloudOptions,
  REST_SECONDS,
} from "../../fixtures/small-program.ts";

const event = (mode: string): object => ({ source: "app", region: "eu-west-1", detail: { mode } });

describe("local cloud", () => {
  let running: { cloud: Cloud; stop(): Promise<void> } | undefined;
  async function start(options: SmallCloudOptions = {}): Promise<Cloud> {
    running = await startSmallCloud(options);
    return running.cloud;
  }
  async function run(mode: string, options: SmallCloudOptions = {}): Promise<Cloud> {
    const cloud = await start(options);
    await cloud.putEvents([event(mode)]);
    await cloud.drained();
    return cloud;
  }
  const messages = async (cloud: Cloud, queue: string): Promise<unknown[]> =>
    (await cloud.peek(queueArn(queue))).map(({ body }) => JSON.parse(body) as unknown);

  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });

  it("runs an event through rule, queue, mapping, function and state machine", async () => {
    const lines: string[] = [];
    const cloud = await run("ok", { log: (line) => lines.push(line) });
    const [execution] = cloud.executions();
    expect(execution).to.deep.include({ status: "SUCCEEDED", input: '{"mode":"ok"}', states: ["Work", "Rest"] });
    expect(await cloud.counts(queueArn("work"))).to.deep.equal({ visible: 0, delayed: 0, inFlight: 0 });
    expect(cloud.apiCalls).to.deep.equal({ "lambda:Invoke": 1, "states:StartExecution": 1 });
    expect([cloud.denied, cloud.defects, cloud.failures]).to.deep.equal([[], [], []]);
    expect(lines).to.deep.equal(["dispatch: saw ok\n"]);
  });

  it("gives a function only its own environment variables, and none of the host's", async () => {
    process.env["AWS_PROFILE"] = "of-the-host";
    try {
      const cloud = await run("ok");
      const output = JSON.parse(cloud.executions()[0]?.output ?? "null") as { host: string[]; profile: unknown };
      expect(output.profile).to.equal(null);
      expect(output.host).to.include.members([
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_CONFIG_FILE",
      ]);
    } finally {
      delete process.env["AWS_PROFILE"];
    }
  });

  it("ignores events that no rule matches, and counts them", async () => {
    const cloud = await start();
    await cloud.putEvents([{ source: "other", region: "eu-west-1", detail: {} }]);
    await cloud.drained();
    expect(cloud.executions()).to.deep.equal([]);
    expect(cloud.traffic).to.deep.equal({ eventsPut: 1, eventsMatched: 0 });
    await cloud.putEvents([event("flaky")]);
    await cloud.drained();
    // The execution's start and its end are events too.
    expect(cloud.traffic).to.deep.equal({ eventsPut: 4, eventsMatched: 1 });
  });

  it("keeps the payloads of the newest executions, if asked to", async () => {
    const cloud = await start({ keepPayloads: 1 });
    for (const mode of ["flaky", "broken"]) {
      await cloud.putEvents([event(mode)]);
      await cloud.drained();
    }
    const [older, newest] = cloud.executions().map(({ events }) => events);
    expect(older?.map(({ type }) => type)).to.include("StateRetried");
    expect(older?.filter(({ payload }) => payload !== undefined)).to.deep.equal([]);
    const input = '{"mode":"broken"}';
    const ofWork = newest?.filter(({ state }) => state === "Work").map(({ type, payload }) => [type, payload]);
    expect(ofWork).to.deep.include.members([
      ["StateEntered", input],
      ["StateCaught", input],
    ]);
    const handedOn = newest?.find(({ type, state }) => type === "StateEntered" && state === "Park")?.payload ?? "{}";
    expect(JSON.parse(handedOn)).to.have.nested.property("error.Error", "Broken");
  });

  it("keeps no payload otherwise", async () => {
    const events = (await run("ok")).executions().flatMap((execution) => execution.events);
    expect(events).to.not.have.lengthOf(0);
    expect(events.filter((each) => "payload" in each)).to.deep.equal([]);
  });

  it("retries with the deployed delays", async () => {
    const [execution] = (await run("flaky")).executions();
    expect(execution?.status).to.equal("SUCCEEDED");
    expect(
      execution?.events.filter((each) => each.type === "StateRetried").map((each) => each.errorEquals),
    ).to.deep.equal([["Flaky"], ["Flaky"]]);
    const { startDate, stopDate } = execution ?? {};
    // Two delays of at most 5 and 8 s, by jitter shorter, and a Wait.
    const seconds = ((stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0)) / 1000;
    expect(seconds).to.be.within(REST_SECONDS, REST_SECONDS + 13);
  });

  it("catches the error of a function, and parks its nodes with a delay", async () => {
    const cloud = await run("broken");
    const [execution] = cloud.executions();
    expect(execution).to.deep.include({ status: "SUCCEEDED", states: ["Work", "Park"] });
    const [parked] = (await messages(cloud, "outage")) as [{ mode: string; error: { Error: string; Cause: string } }];
    expect(parked.mode).to.equal("broken");
    expect(parked.error.Error).to.equal("Broken");
    expect(JSON.parse(parked.error.Cause)).to.include({ errorType: "Broken", errorMessage: "no use" });
    expect((await cloud.counts(queueArn("outage"))).delayed).to.equal(1);
    expect(cloud.failures.map((each) => each.errorType)).to.deep.equal(["Broken"]);
  });

  it("breaks Lambda itself by the fault plan", async () => {
    const cloud = await run("ok", { faults: [{ service: "lambda", operation: "Invoke", count: 1, kind: "error" }] });
    const retried = cloud.executions()[0]?.events.filter((each) => each.type === "StateRetried");
    expect(retried?.map((each) => each.errorEquals)).to.deep.equal([["Lambda.ServiceException"]]);
    expect(cloud.apiCalls["lambda:Invoke"]).to.equal(2);
  });

  it("fails an execution whose state is too large, past States.ALL, and reports it on the event bus", async () => {
    const watch = withInputs("EventRule", "app", {
      eventPattern: '{"source":["app","aws.states"],"detail":{"status":["FAILED",{"exists":false}]}}',
    });
    const cloud = await start({ change: watch });
    await cloud.putEvents([event("large")]);
    while (cloud.executions()[0]?.status !== "FAILED") await new Promise((resolve) => setTimeout(resolve, 10));
    expect(cloud.executions()[0]).to.include({ error: "States.DataLimitExceeded" });
    while (cloud.executions().length + cloud.failures.length < 2)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const seen = JSON.parse(cloud.executions()[1]?.input ?? "{}") as Record<string, unknown>;
    expect(seen).to.include({ status: "FAILED", input: '{"mode":"large"}', output: null });
  });

  it("dead-letters only the failed message of a batch", async () => {
    const cloud = await start();
    await cloud.putEvents([event("ok"), event("failing-item"), event("ok")]);
    await cloud.drained();
    expect(cloud.executions().map((each) => each.status)).to.deep.equal(["SUCCEEDED", "SUCCEEDED"]);
    expect(await messages(cloud, "dead")).to.deep.equal([event("failing-item")]);
    expect(cloud.failures).to.deep.equal([]);
  });

  it("retries the whole batch when the function throws or runs too long", async () => {
    const modes = { throw: "Error", hang: "Sandbox.Timedout" };
    await Promise.all(
      Object.entries(modes).map(async ([mode, errorType]) => {
        const small = await startSmallCloud();
        const { cloud } = small;
        try {
          await cloud.putEvents([event(mode)]);
          await cloud.drained();
          expect(cloud.failures.map((each) => each.errorType)).to.deep.equal([errorType, errorType]);
          expect(await messages(cloud, "dead")).to.deep.equal([event(mode)]);
        } finally {
          await small.stop();
        }
      }),
    );
  });

  it("denies a call that the role's policies do not allow", async () => {
    const lines: string[] = [];
    const cloud = await run("forbidden", { log: (line) => lines.push(line) });
    expect(lines).to.include("dispatch: AccessDeniedException\n");
    expect(cloud.denied).to.deep.equal([
      {
        role: "arn:aws:iam::111122223333:role/dispatch",
        action: "ssm:ListComplianceItems",
        resource: "*",
        function: "dispatch",
      },
    ]);
  });

  it("denies the state machine what its role may not do", async () => {
    const cloud = await run("ok", { change: without("RolePolicy", "machine-invoke") });
    expect(cloud.executions()[0]?.states).to.deep.equal(["Work", "Park"]);
    expect((await messages(cloud, "outage"))[0]).to.have.nested.property("error.Error", "States.Permissions");
    expect(cloud.denied.map((each) => each.action)).to.deep.equal(["lambda:InvokeFunction"]);
  });

  it("does not deliver to a queue whose policy does not allow the rule", async () => {
    const cloud = await run("ok", { change: without("QueuePolicy", "work") });
    expect(cloud.denied).to.deep.equal([
      { role: "events.amazonaws.com", action: "sqs:SendMessage", resource: queueArn("work") },
    ]);
    expect(cloud.executions()).to.deep.equal([]);
  });

  it("does not deliver a text that SQS refuses, and delivers one that it takes", async () => {
    const cloud = await start();
    await cloud.putEvents([event("a\uffff"), event("a\u{1f600}")]);
    await cloud.drained();
    expect(cloud.executions().map(({ input }) => input)).to.deep.equal(['{"mode":"a\u{1f600}"}']);
    expect(cloud.defects).to.deep.equal([]);
  });

  it("runs schedules under their permission", async () => {
    const cloud = await start({ rate: "rate(1 minute)" });
    await cloud.runSchedule("tick");
    expect([cloud.failures, cloud.denied]).to.deep.equal([[], []]);
    await running?.stop();
    running = undefined;
    const other = await start({ change: without("Permission", "tick") });
    await other.runSchedule("tick");
    expect(other.denied).to.deep.equal([
      { role: "events.amazonaws.com", action: "lambda:InvokeFunction", resource: functionArn("work") },
    ]);
  });

  it("does not poll for a role that may not", async () => {
    const cloud = await start({ change: without("RolePolicy", "dispatch-poll") });
    expect(cloud.denied.map((each) => each.action)).to.deep.equal(["sqs:ReceiveMessage"]);
    expect(cloud.defects.map((defect) => defect.message).join()).to.include("sqs:ReceiveMessage");
  });

  it("stops an execution from outside", async () => {
    const cloud = await start();
    await cloud.putEvents([event("flaky")]);
    while (cloud.executions().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setImmediate(resolve));
    cloud.stopExecution(cloud.executions()[0]?.arn ?? "");
    await cloud.drained();
    expect(cloud.executions()[0]?.status).to.equal("ABORTED");
  });
});
