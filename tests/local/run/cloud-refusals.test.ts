import { expect } from "chai";
import type { CapturedResource } from "../../../local/program/captured-resource.ts";
import { readDefinition } from "../../../local/services/step-functions/asl-definition.ts";
import {
  functionArn,
  startSmallCloud,
  withInputs,
  without,
  type SmallCloudOptions,
} from "../../fixtures/small-program.ts";

describe("local cloud refuses features that it does not run as AWS does", () => {
  const refusal = async (options: SmallCloudOptions): Promise<string> => {
    try {
      await (await startSmallCloud(options)).stop();
    } catch (error) {
      return String(error);
    }
    throw new Error("the program was to be refused");
  };
  const definition = (change: object): SmallCloudOptions["change"] => {
    const work = { Type: "Pass", End: true, ...change };
    return withInputs("StateMachine", "machine", {
      definition: JSON.stringify({ StartAt: "Work", States: { Work: work } }),
    });
  };
  const task = {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Parameters: { FunctionName: functionArn("work") },
  };
  const refused: [string, SmallCloudOptions["change"], RegExp][] = [
    [
      "an unknown resource type",
      (all) => [...all, { ...(all[0] as CapturedResource), type: "aws:s3/bucket:Bucket" }],
      /aws:s3\/bucket:Bucket/,
    ],
    ["an unknown queue setting", withInputs("Queue", "work", { fifoQueue: true }), /work.*fifoQueue/],
    ["a missing dead-letter queue", without("Queue", "dead"), /dead/],
    ["an input transformer", withInputs("EventTarget", "app", { inputTransformer: {} }), /inputTransformer/],
    ["a cron schedule", withInputs("EventRule", "tick", { scheduleExpression: "cron(0 1 * * ? *)" }), /cron/],
    [
      "a role that no service may assume",
      withInputs("Role", "work", {
        assumeRolePolicy:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}',
      }),
      /cannot be assumed by lambda/,
    ],
    [
      "a function that outlives the visibility time-out",
      withInputs("Function", "dispatch", { timeout: 5 }),
      /visibilityTimeoutSeconds/,
    ],
    [
      "a handler that is not in the archive",
      withInputs("Function", "work", { handler: "other.handler" }),
      /other\.handler/,
    ],
    ["a leftover placeholder", definition({ Comment: "${GatherFunctionArn}" }), /GatherFunctionArn/],
    ["an invalid definition", definition({ Next: "Nowhere", End: false }), /not valid/],
    ["JSONata", definition({ QueryLanguage: "JSONata" }), /JSONata/],
    [
      "JsonToString",
      definition({ Parameters: { "a.$": "States.JsonToString($)" } }),
      /state Work, a\.\$.*States\.JsonToString/,
    ],
    [
      "a nested JsonToString",
      definition({ Parameters: { "a.$": "States.Format('{}', States.JsonToString($))" } }),
      /JsonToString/,
    ],
    ['ResultPath "$"', definition({ ResultPath: "$" }), /ResultPath/],
    ["a wildcard path", definition({ InputPath: "$.a[*].b" }), /\$\.a\[\*\]\.b/],
    ["a falsy Result", definition({ Result: false }), /falsy/],
    ["$$.State", definition({ Parameters: { "a.$": "$$.State.EnteredTime" } }), /\$\$\.State/],
    [
      "an SDK integration",
      definition({ ...task, Resource: "arn:aws:states:::aws-sdk:ssm:listCommands" }),
      /aws-sdk:ssm:listCommands/,
    ],
    [
      "a callback",
      definition({ ...task, Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" }),
      /waitForTaskToken/,
    ],
    ["HeartbeatSeconds", definition({ ...task, HeartbeatSeconds: 5, TimeoutSeconds: 60 }), /HeartbeatSeconds/],
    [
      "an unknown function",
      definition({ ...task, Parameters: { FunctionName: functionArn("none") } }),
      /function:none/,
    ],
    [
      "States.ALL among others",
      definition({ ...task, Retry: [{ ErrorEquals: ["States.ALL", "X"] }] }),
      /States\.ALL must stand alone/,
    ],
  ];
  for (const [name, change, message] of refused) {
    it(`refuses ${name}`, async () => {
      expect(await refusal(change === undefined ? {} : { change })).to.match(message);
    });
  }
});

describe("the definition that the local engine runs", () => {
  it("has waits, retries and time-outs as deployed, and a default time-out if none is deployed", () => {
    const text = JSON.stringify({
      StartAt: "Work",
      States: {
        Work: {
          Type: "Task",
          Resource: "arn:aws:states:::lambda:invoke",
          Parameters: { FunctionName: functionArn("work") },
          TimeoutSeconds: 30,
          Retry: [
            { ErrorEquals: ["A"], IntervalSeconds: 10, MaxDelaySeconds: 60, BackoffRate: 3, MaxAttempts: 4 },
            { ErrorEquals: ["B"] },
          ],
          Next: "Rest",
        },
        Rest: { Type: "Wait", Seconds: 5, Next: "More" },
        More: {
          Type: "Task",
          Resource: "arn:aws:states:::lambda:invoke",
          Parameters: { FunctionName: functionArn("work") },
          End: true,
        },
      },
    });
    const { forEngine, machine } = readDefinition(text);
    expect(machine).to.deep.equal(JSON.parse(text));
    const { More: more, ...others } = forEngine.States;
    expect({ ...forEngine, States: { ...others, More: machine["States"] } }).to.deep.equal({
      ...machine,
      States: { ...others, More: machine["States"] },
    });
    expect(more).to.include({ TimeoutSeconds: 2_000_000 });
  });
});
