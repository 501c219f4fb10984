/** The read routes about the program. A source without it answers 404. */
import { Hono } from "hono";
import { QUEUES, type PayloadAnswer, type StateMachineLayout } from "../api.ts";
import { executionAnswer, executionQuery } from "../executions.ts";
import type { ConsoleSource, ProgramSource } from "../source.ts";

export function programRoutes({ program }: ConsoleSource): Hono {
  const routes = new Hono();
  if (program !== undefined) addExecutionRoutes(routes, program);
  return routes;
}

function addExecutionRoutes(routes: Hono, program: ProgramSource): void {
  routes.get("/executions", async (context) =>
    context.json(await program.executions(executionQuery(context.req.query()))),
  );
  routes.get("/executions/:name", async (context) => {
    const execution = await program.execution(context.req.param("name"));
    if (execution === undefined) return context.json({ message: "no such execution" }, 404);
    return context.json(executionAnswer(execution));
  });
  routes.get("/executions/:name/payloads/:event", async (context) => {
    const { name, event } = context.req.param();
    const payload = (await program.execution(name))?.events[Number(event)]?.payload;
    if (payload === undefined) return context.json({ message: "no such payload" }, 404);
    return context.json({ payload } satisfies PayloadAnswer);
  });
  routes.get("/queues/:name", async (context) => {
    const name = QUEUES.find((each) => each === context.req.param("name"));
    if (name === undefined) return context.json({ message: `no such queue; there are ${QUEUES.join(", ")}` }, 404);
    return context.json(await program.messages(name));
  });
  // Computed for the first reader only, because it takes about a second and most runs have no browser.
  let layout: Promise<StateMachineLayout> | undefined;
  routes.get("/state-machine", async (context) => context.json(await (layout ??= placed(program))));
}

/** Computes the layout. ELK is loaded on demand, because loading it takes longer than the rest of the console. */
async function placed(program: ProgramSource): Promise<StateMachineLayout> {
  const { layoutStateMachine } = await import("../../presentation/state-machine/layout.ts");
  return layoutStateMachine(await program.definition());
}
