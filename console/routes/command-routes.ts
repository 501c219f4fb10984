/** The console's switches and buttons. */
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as z from "zod";
import { InputError } from "../../command-line/input-error.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import type { Findings } from "../findings.ts";
import { readAgain } from "../read-first.ts";
import type { ConsoleSource } from "../source.ts";
import type { Command } from "./command.ts";
import { requestProblem } from "./request-problem.ts";
import { addTriage } from "./triage-routes.ts";

/** As many as a local run has at most. */
const MAX_NODES = 100_000;
/** The ids of so many nodes. */
const MAX_NODES_BYTES = 3 * 1024 * 1024;
const hubRequest = z.strictObject({ available: z.boolean() });
const nodesRequest = z.strictObject({ nodes: z.array(z.string().max(20)).max(MAX_NODES).optional() });
const nothing = z.strictObject({});
const MAX_BODY_BYTES = 64 * 1024;

function limited(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: (context) =>
      context.json({ message: `the request body is too long; at most ${maxSize} bytes are allowed` }, 413),
  });
}

/**
 * Returns the routes of the switches and buttons. @param onChange is called after each change, so that open pages are
 * updated at once
 */
export function commandRoutes(source: ConsoleSource, findings: Findings, onChange: () => Promise<void>): Hono {
  const routes = new Hono();
  const command: Command = (path, schema, run, maxBytes = MAX_BODY_BYTES) => {
    routes.post(path, limited(maxBytes), async (context) => {
      const body = parseIfJson(await context.req.text());
      if (body === undefined) return context.json({ message: "the request body is not JSON" }, 400);
      const request = schema.safeParse(body);
      if (!request.success) return context.json({ message: requestProblem(request.error) }, 400);
      try {
        const result = await run(request.data);
        return context.json(typeof result === "string" ? { message: result } : result);
      } catch (error) {
        if (error instanceof InputError) return context.json({ message: error.message }, 400);
        throw error;
      } finally {
        await onChange();
      }
    });
  };
  if (source.about.can.triage) addTriage(source, findings, command);
  addCommands(source, command);
  return routes;
}

function addCommands(source: ConsoleSource, command: Command): void {
  const { refresh, operations, simulation } = source;
  if (refresh !== undefined)
    command("/refresh", nothing, async () => (await readAgain(source, refresh), "The findings were read again."));
  if (operations !== undefined) {
    command("/redrive", nothing, () => operations.redrive());
    command("/sweep", nothing, () => operations.sweep());
    const { replay } = operations;
    if (replay !== undefined) command("/replay", nothing, () => replay());
  }
  if (simulation !== undefined) {
    command("/hub", hubRequest, ({ available }) => simulation.setHubAvailable(available));
    command("/patch", nodesRequest, ({ nodes }) => simulation.patch(nodes), MAX_NODES_BYTES);
    command("/scan", nodesRequest, ({ nodes }) => simulation.scan(nodes), MAX_NODES_BYTES);
  }
}
