/** The console's switches and buttons. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as z from "zod";
import { counted } from "../../contract/counted.ts";
import { InputError } from "../../command-line/input-error.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import type { RunControls } from "../run/run-controls.ts";
import type { CommandResult } from "./api.ts";

const hubRequest = z.strictObject({ available: z.boolean() });
const nodesRequest = z.strictObject({ nodes: z.array(z.string().max(20)).max(1_000).optional() });
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Returns the routes of the switches and buttons. @param onChange is called after each change, so that open pages are
 * updated at once
 */
export function commandRoutes(controls: RunControls, onChange: () => Promise<void>): Hono {
  const routes = new Hono();
  const limit = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (context) =>
      context.json({ message: `the request body is too long; at most ${MAX_BODY_BYTES} bytes are allowed` }, 413),
  });
  const command = <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    run: (request: z.output<Schema>) => Promise<string> | string,
  ): void => {
    routes.post(path, limit, async (context) => {
      const body = parseIfJson(await context.req.text());
      if (body === undefined) return context.json({ message: "the request body is not JSON" }, 400);
      const request = schema.safeParse(body);
      if (!request.success) return context.json({ message: z.prettifyError(request.error) }, 400);
      try {
        const result: CommandResult = { message: await run(request.data) };
        return context.json(result);
      } catch (error) {
        if (error instanceof InputError) return context.json({ message: error.message }, 400);
        throw error;
      } finally {
        await onChange();
      }
    });
  };
  command("/hub", hubRequest, ({ available }) => {
    controls.setHubAvailable(available);
    return available ? "Security Hub answers again." : "Security Hub now answers every call with status 500.";
  });
  command("/patch", nodesRequest, async ({ nodes }) => `${counted(await controls.patch(nodes), "node")} patched.`);
  command("/scan", nodesRequest, async ({ nodes }) => `${counted(await controls.scan(nodes), "node")} scanned.`);
  command("/redrive", z.strictObject({}), async () => done(await controls.redrive(), "Redrive"));
  command("/sweep", z.strictObject({}), async () => done(await controls.sweep(), "Sweep"));
  return routes;
}

const done = (ran: boolean, what: string): string =>
  ran ? `${what} has started.` : `${what} is disabled in the settings.`;
