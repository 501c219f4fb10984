import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import fc from "fast-check";
import { readWindowBatch } from "../../../functions/systems-manager/window-batch.ts";
import { windowRuns, type WindowRuns } from "../../../functions/systems-manager/window-runs.ts";
import { firstCursor, MAX_WINDOW_BATCHES, type WindowCursor } from "../../../functions/work/window-cursor.ts";
import { run } from "../../../functions/resolve-window.ts";
import { nodeId } from "../../fixtures/node-fixtures.ts";

const WINDOW = "4f7ca192-7e9a-40fe-9192-5cb15EXAMPLE";
const RUN = { DocumentName: "AWS-RunPatchBaseline", Status: "Success" as const, RequestedDateTime: new Date(1e12) };

/** Tasks -> commands -> nodes, in pages of these sizes; an undefined command is a task invocation that made none. */
type Tasks = readonly (readonly (readonly number[] | undefined)[])[];

function world(tasks: Tasks, pageSize = 50, document = RUN.DocumentName) {
  const calls = { tasks: 0, commands: 0, invocations: 0 };
  const page = <Item>(items: readonly Item[], token = "0") => {
    const from = Number(token);
    const next = from + pageSize < items.length ? { next: String(from + pageSize) } : {};
    return Promise.resolve({ items: items.slice(from, from + pageSize), ...next });
  };
  const runs: WindowRuns = {
    commandTasks: () => {
      calls.tasks += 1;
      return Promise.resolve(tasks.map((_, index) => `task-${index}`));
    },
    commands: (_, taskId, token) => {
      calls.commands += 1;
      const commands = tasks[Number(taskId.slice(5))] ?? [];
      return page(
        commands.map((nodes, index) => (nodes === undefined ? undefined : `${taskId}/${index}`)),
        token,
      );
    },
    invocations: (commandId, token) => {
      calls.invocations += 1;
      const [task = "", command = ""] = commandId.split("/");
      const nodes = tasks[Number(task.slice(5))]?.[Number(command)] ?? [];
      const rows = nodes.map((node) => ({ ...RUN, DocumentName: document, InstanceId: nodeId(node), CommandId: "c" }));
      return page(rows, token);
    },
  };
  return { runs, calls };
}

async function readAll(runs: WindowRuns): Promise<string[][]> {
  const batches: string[][] = [];
  let cursor: WindowCursor | undefined = firstCursor(WINDOW);
  while (cursor !== undefined) {
    const batch: Awaited<ReturnType<typeof readWindowBatch>> = await readWindowBatch(cursor, runs);
    batches.push(batch.references.map((reference) => reference.nodeId));
    // As between two states.
    cursor = batch.cursor && (JSON.parse(JSON.stringify(batch.cursor)) as WindowCursor);
  }
  return batches;
}

const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);

describe("a maintenance window's nodes", () => {
  const layouts: [name: string, tasks: Tasks, batches: number][] = [
    ["no task", [], 1],
    ["a task that ran nothing", [[undefined]], 1],
    ["one command of 3 nodes", [[range(3)]], 1],
    ["one command of 120 nodes", [[range(120)]], 3],
    ["a scan and an install of the same 40 nodes", [[range(40)], [range(40)]], 1],
    ["one command for each of 130 nodes", [range(130).map((node) => [node])], 3],
    ["two tasks of 30 nodes", [[range(30)], [range(30, 100)]], 2],
  ];
  for (const [name, tasks, expected] of layouts) {
    it(`${name}: every node once a batch, in ${expected} batches of at most 50`, async () => {
      const batches = await readAll(world(tasks).runs);
      expect(batches).to.have.lengthOf(expected);
      for (const batch of batches) expect(batch.length).to.equal(new Set(batch).size).and.to.be.at.most(50);
      const all = new Set(tasks.flat(2).filter((node) => node !== undefined));
      expect(new Set(batches.flat())).to.have.lengthOf(all.size);
    });
  }

  it("loses no node, whatever the layout", async () => {
    const command = fc.option(fc.array(fc.nat(400), { maxLength: 90 }), { nil: undefined });
    const tasks = fc.array(fc.array(command, { maxLength: 8 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(tasks, fc.integer({ min: 1, max: 50 }), async (layout, pageSize) => {
        const batches = await readAll(world(layout, pageSize).runs);
        const all = new Set(layout.flat(2).flatMap((node) => (node === undefined ? [] : nodeId(node))));
        expect(new Set(batches.flat())).to.deep.equal(all);
        expect(Math.max(...batches.map(({ length }) => length))).to.be.at.most(50);
      }),
      { numRuns: 100 },
    );
  });

  it("asks for a page of commands once a batch, not once for each command", async () => {
    const { runs, calls } = world([range(50).map((node) => [node])]);
    await readAll(runs);
    expect(calls).to.deep.equal({ tasks: 1, commands: 1, invocations: 50 });
  });

  it("skips runs of other documents", async () => {
    const { runs } = world([[range(60)]], 50, "AWS-RunShellScript");
    expect((await readAll(runs)).flat()).to.deep.equal([]);
  });

  it("expects each node's data to be of its command", async () => {
    const { references } = await readWindowBatch(firstCursor(WINDOW), world([[[1]]]).runs);
    expect(references).to.deep.equal([
      {
        nodeId: nodeId(1),
        attempts: 0,
        patchRun: {
          document: "AWS-RunPatchBaseline",
          operationId: "c",
          notBefore: new Date(1e12 - 300_000).toISOString(),
          status: "Success",
        },
      },
    ]);
  });

  it("stops before an execution's history is full, and logs it", async () => {
    const errors: string[] = [];
    const logger = { info: () => undefined, error: (...text: unknown[]) => void errors.push(String(text[0])) };
    const cursor = { ...firstCursor(WINDOW), batches: MAX_WINDOW_BATCHES - 1, taskId: "task-0" };
    const output = await run({ window: { cursor } }, { runs: world([[range(120)]]).runs, logger });
    expect([output.window, output.counts]).to.deep.equal([{}, { references: 50 }]);
    expect(errors).to.deep.equal(["the maintenance window has more nodes than one execution can process"]);
  });

  for (const input of [{}, { windowExecutionId: 1 }, { window: { cursor: { skip: -1 } } }]) {
    it(`refuses ${JSON.stringify(input)}`, async () => {
      const logger = { info: () => undefined, error: () => undefined };
      const refused = await run(input, { runs: world([]).runs, logger }).catch((error: unknown) => error);
      expect(refused).to.be.an.instanceOf(Error);
    });
  }
});

describe("a window's task without invocations", () => {
  const COMMAND = "1d3f5a7c-0000-4000-8000-000000000001";
  const refusal = (name: string) =>
    Object.assign(new Error("by the test"), { name, $metadata: { httpStatusCode: 400 } });
  const invocation = { ...RUN, InstanceId: nodeId(1), CommandId: COMMAND };

  /** Three tasks; the second one answers as given, to the first call or, if it names a command, to the second. */
  function client(ofTask: object | Error, ofCommand: object | Error = {}): SSMClient {
    const answers: Record<string, (input: Record<string, string>) => unknown> = {
      DescribeMaintenanceWindowExecutionTasksCommand: () => ({
        WindowExecutionTaskIdentities: ["a", "b", "c"].map((TaskExecutionId) => ({ TaskExecutionId })),
      }),
      DescribeMaintenanceWindowExecutionTaskInvocationsCommand: ({ TaskId }) =>
        TaskId === "b" ? ofTask : { WindowExecutionTaskInvocationIdentities: [{ ExecutionId: COMMAND }] },
      ListCommandInvocationsCommand: ({ CommandId }) =>
        CommandId === COMMAND ? { CommandInvocations: [invocation] } : ofCommand,
    };
    const send = (command: { readonly constructor: { readonly name: string }; readonly input: unknown }) => {
      const answer = answers[command.constructor.name]?.(command.input as Record<string, string>);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    return Object.assign(new SSMClient({ region: "eu-west-1" }), { send });
  }
  const commands = (ExecutionId?: string) => ({ WindowExecutionTaskInvocationIdentities: [{ ExecutionId }] });
  const other = COMMAND.replace("1d", "2e");

  const cases: [what: string, ofTask: object | Error, ofCommand?: object | Error][] = [
    ["no list", {}],
    ["an empty list", { WindowExecutionTaskInvocationIdentities: [] }],
    ["DoesNotExistException", refusal("DoesNotExistException")],
    ["an invocation without a command", commands()],
    ["an empty id", commands("")],
    ["the id of another kind of task", commands("arn:aws:states:eu-west-1:111122223333:execution:m:e")],
    ["a command without a list", commands(other), {}],
    ["a command that Systems Manager does not know", commands(other), refusal("InvalidCommandId")],
  ];
  for (const [what, ofTask, ofCommand] of cases) {
    it(`${what}: has no nodes, and those of the others are read`, async () => {
      const { references } = await readWindowBatch(firstCursor(WINDOW), windowRuns(client(ofTask, ofCommand)));
      expect(references.map((reference) => reference.nodeId)).to.deep.equal([nodeId(1)]);
    });
  }

  for (const name of ["AccessDeniedException", "ThrottlingException", "InternalServerError"]) {
    it(`${name}: fails`, async () => {
      for (const runs of [windowRuns(client(refusal(name))), windowRuns(client(commands(other), refusal(name)))]) {
        const thrown = await readWindowBatch(firstCursor(WINDOW), runs).catch((error: unknown) => error);
        expect(thrown).to.be.instanceOf(Error);
      }
    });
  }
});
