/** The console's switches and buttons. */
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as z from "zod";
import { InputError } from "../../command-line/input-error.ts";
import { parseIfJson } from "../../command-line/json-syntax.ts";
import { present } from "../../presentation/findings/finding-fields.ts";
import type { CommandResult } from "../api.ts";
import type { ConsoleSource } from "../source.ts";

const hubRequest = z.strictObject({ available: z.boolean() });
const nodesRequest = z.strictObject({ nodes: z.array(z.string().max(20)).max(1_000).optional() });
const triageRequest = z.strictObject({
  findings: z
    .array(z.strictObject({ id: z.string().max(512), productArn: z.string().max(2_048) }))
    .min(1)
    .max(5_000),
  status: z.enum(["NEW", "NOTIFIED", "SUPPRESSED"]),
  note: z.string().min(1).max(512).optional(),
  by: z.string().min(1).max(512).optional(),
  replaceNotes: z.boolean().optional(),
});
const nothing = z.strictObject({});
const MAX_BODY_BYTES = 64 * 1024;
/** The Ids and ProductArns of 5,000 findings. */
const MAX_TRIAGE_BYTES = 4 * 1024 * 1024;

type Command = <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  run: (request: z.output<Schema>) => Promise<string> | string,
  maxBytes?: number,
) => void;

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
export function commandRoutes(source: ConsoleSource, onChange: () => Promise<void>): Hono {
  const routes = new Hono();
  const command: Command = (path, schema, run, maxBytes = MAX_BODY_BYTES) => {
    routes.post(path, limited(maxBytes), async (context) => {
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
  addCommands(source, command);
  return routes;
}

function addCommands({ about, triage, refresh, operations, simulation }: ConsoleSource, command: Command): void {
  if (about.can.triage) {
    command("/triage", triageRequest, (request) => triage(present(request)), MAX_TRIAGE_BYTES);
  }
  if (refresh !== undefined)
    command("/refresh", nothing, async () => (await refresh(), "The findings were read again."));
  if (operations !== undefined) {
    command("/redrive", nothing, () => operations.redrive());
    command("/sweep", nothing, () => operations.sweep());
    const { replay } = operations;
    if (replay !== undefined) command("/replay", nothing, () => replay());
  }
  if (simulation !== undefined) {
    command("/hub", hubRequest, ({ available }) => simulation.setHubAvailable(available));
    command("/patch", nodesRequest, ({ nodes }) => simulation.patch(nodes));
    command("/scan", nodesRequest, ({ nodes }) => simulation.scan(nodes));
  }
}
