/** `npm run console` as people run it, against an account of stand-ins. */
import { expect } from "chai";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FindingPatches, FindingsPage, LiveState, QueueMessages, TriageAnswer } from "../../console/api.ts";
import { emptyFleet } from "../../local/fleet/fleet.ts";
import { startAccount, type Account, type AccountOptions } from "../fixtures/account-fixture.ts";
import { runCommand, startCommand, type Running } from "../fixtures/command-process.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { elsewhere } from "../fixtures/findings-fixtures.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const { account: ACCOUNT, region: REGION } = SCOPE;
const ARN = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:patch-findings`;
const queueUrl = (name: string) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;
const DEFINITION = JSON.stringify({
  States: {
    SendToWorkQueue: { Parameters: { QueueUrl: queueUrl("work") } },
    ParkForRedrive: { Parameters: { QueueUrl: queueUrl("outage") } },
    SendInvalid: { Parameters: { QueueUrl: queueUrl("quarantine") } },
  },
});
const MACHINES = [{ arn: ARN, definition: DEFINITION, executions: [] }];
const finding = (index: number) => complianceFinding(nodeId(index), [{ id: `KB${index}`, level: "HIGH" }]);
const MEMBER = "222233334444";

describe("npm run console, as a process", () => {
  let account: Account;
  let running: Running | undefined;
  const start = async (options: AccountOptions = {}): Promise<void> => {
    const hub = { findings: [finding(1), elsewhere(finding(2), { account: MEMBER })] };
    account = await startAccount({ fleet: emptyFleet(ACCOUNT, REGION), hub, ...options });
  };
  afterEach(async () => {
    running?.process.kill("SIGKILL");
    running = undefined;
    await account.close();
  });
  const ended = (...args: string[]) => runCommand("console", args, account.environment);
  /** Starts the console, and returns its address. */
  const shown = async (...args: string[]): Promise<string> => {
    running = startCommand("console", ["--region", REGION, ...args], account.environment);
    const [first] = (await once(running.process.stdout, "data")) as [string];
    return /^console: (http:\/\/127\.0\.0\.1:\d+)\n/.exec(first)?.[1] ?? expect.fail(first);
  };
  const stopped = async (signal: NodeJS.Signals = "SIGINT") => {
    running?.process.kill(signal);
    return running?.ended;
  };
  const post = async (address: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
    return (await answer.json()) as TriageAnswer;
  };
  const get = async <Answer>(address: string) => (await (await fetch(address)).json()) as Answer;
  /** Returns the first state that a page receives and that fits. */
  const state = async (url: string, fits: (state: LiveState) => boolean): Promise<LiveState> => {
    const stop = new AbortController();
    try {
      const { body } = await fetch(`${url}/api/live`, { signal: stop.signal });
      for await (const chunk of body ?? []) {
        const found = JSON.parse(
          Buffer.from(chunk as Uint8Array)
            .toString()
            .replace(/^data: /, ""),
        ) as LiveState;
        if (fits(found)) return found;
      }
      throw new Error("the console ended");
    } finally {
      stop.abort();
    }
  };

  it("shows its address, logs a write in one printable line, and ends with 0 at Ctrl-C", async () => {
    await start();
    const url = await shown("--no-open");
    await post(`${url}/api/refresh`, {});
    const { Id, ProductArn } = finding(1);
    const wish = { status: "NOTIFIED", by: "ann\u001b[2J\u202e", note: "on it" };
    await post(`${url}/api/triage`, { ...wish, findings: [{ id: Id, productArn: ProductArn }] });
    const { code, stdout, stderr } = (await stopped()) ?? {};
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(
      /^console: http:.*\nPress Ctrl-C to stop it\.\n\d{4}-\d\d-\d\dT[\d:]{8}Z .+, as ann {1,2}\[2J {0,2}, set 1 finding to NOTIFIED: \S+\n$/,
    );
    expect(account.defects).to.deep.equal([]);
  });

  it("ends with 0 at SIGTERM while a page is open", async () => {
    await start();
    const url = await shown();
    await state(url, () => true);
    expect((await stopped("SIGTERM"))?.code).to.equal(0);
  });

  const wrong: [args: string[], words: RegExp][] = [
    [[], /required option '--region <region>' not specified/],
    [["--region", "Ireland"], /It must be an AWS Region/],
    [["--region", REGION, "--port", "0"], /Allowed: a whole number from 1 to 65535/],
    [["--region", REGION, "--open-nothing"], /unknown option '--open-nothing'/],
    [["--region", REGION, "--stack", "arn:aws:x\u001b[2J"], /^--stack arn:aws:x \[2J: is not the ARN/],
    [["--region", REGION, "more"], /too many arguments/],
  ];
  it("ends with 2 and one line if its command line cannot be used", async () => {
    await start();
    for (const [args, words] of wrong) {
      const { code, stdout, stderr } = await ended(...args);
      expect([code, stdout], args.join(" ")).to.deep.equal([2, ""]);
      expect(stderr)
        .to.match(words)
        .and.to.match(/^[^\n]*\n$/);
    }
  });

  it("ends with 2 if the port is in use", async () => {
    await start();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await ended("--region", REGION, "--port", String(port));
    server.close();
    expect([code, stderr.split(";")[0]]).to.deep.equal([2, `--port ${port}: the port is in use`]);
  });

  it("ends with 1 and names the permission that is missing, also that of --stack", async () => {
    await start({ denied: ["securityhub:DescribeHub"] });
    const hub = await ended("--region", REGION);
    await account.close();
    await start({ denied: ["states:DescribeStateMachine"], machines: MACHINES });
    const stack = await ended("--region", REGION, "--stack", ARN);
    expect([hub.code, stack.code]).to.deep.equal([1, 1]);
    expect(hub.stderr).to.match(/did not start: securityhub:DescribeHub is denied: .*\n.* has the least policy\.\n$/);
    expect(stack.stderr).to.match(
      /did not start: states:DescribeStateMachine is denied: .*\n.* --stack also needs states:DescribeStateMachine, /,
    );
  });

  for (const [code, status, words] of [
    ["InvalidAccessException", 401, "Security Hub is not enabled in this account and Region: enable it"],
    ["ResourceNotFoundException", 404, "Security Hub is not enabled in this account and Region: enable it"],
    ["ExpiredTokenException", 403, "AWS rejected these credentials (ExpiredTokenException): sign in again"],
  ] as const) {
    it(`does not start at ${code}, and says in one line what to do`, async () => {
      await start({
        faults: [{ service: "securityhub", operation: "DescribeHub", kind: "error", count: 9, status, code }],
      });
      const { code: exit, stderr } = await ended("--region", REGION);
      expect([exit, stderr.trim().split("\n").length]).to.deep.equal([1, 1]);
      expect(stderr).to.include(`did not start: ${words}`);
    });
  }

  for (const [denied, service] of [
    ["states:ListExecutions", "executions"],
    ["sqs:GetQueueAttributes", "queues"],
  ] as const) {
    it(`names ${denied} in the page if AWS denies the ${service} of --stack`, async () => {
      await start({ denied: [denied], machines: MACHINES });
      const url = await shown("--stack", ARN);
      const { program } = await state(url, (found) => found.program?.problem?.includes("denies") === true);
      expect(program?.problem).to.equal(`AWS denies ${denied}: allow it for these credentials, then refresh.`);
    });
  }

  it("shows the queues of --stack and when they were read, without the messages", async () => {
    await start({ machines: MACHINES });
    const url = await shown("--stack", ARN);
    const { program } = await state(url, (found) => found.program?.readAt !== undefined);
    expect(program?.queues.outage).to.deep.equal({ waiting: 2, inFlight: 0 });
    const [outage, sweep] = await Promise.all(
      ["outage", "sweep"].map((name) => get<QueueMessages>(`${url}/api/queues/${name}`)),
    );
    expect([outage?.total, outage?.rows]).to.deep.equal([2, []]);
    expect(outage?.note).to.match(/does not receive these messages/);
    expect(sweep?.note).to.match(/does not read this queue/);
  });

  it("says why it has no patches of a node: a denied call, or another account", async () => {
    await start({ denied: ["ssm:ListComplianceItems"] });
    const url = await shown("--organization");
    await post(`${url}/api/refresh`, {});
    const { rows } = await get<FindingsPage>(`${url}/api/findings`);
    const keyOf = (wanted: string) => rows.find((row) => row.account === wanted)?.key ?? "";
    const [own, member] = await Promise.all(
      [ACCOUNT, MEMBER].map((each) => get<FindingPatches>(`${url}/api/findings/${keyOf(each)}/patches`)),
    );
    expect(own?.problem).to.equal("AWS denies ssm:ListComplianceItems: allow it for these credentials, then refresh.");
    expect([member?.problem, member?.rows.map(({ patch }) => patch)]).to.deep.equal([undefined, ["KB2"]]);
    expect(account.admission.apiCalls["ssm:ListComplianceItems"]).to.equal(1);
  });
});
