/** The console: one page over a local run or an account, on loopback only. */
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { AddressInfo } from "node:net";
import { InputError } from "../command-line/input-error.ts";
import { pageAssets, type Asset } from "./assets.ts";
import type { LiveState } from "./api.ts";
import { Findings } from "./findings.ts";
import { Nodes } from "./fleet.ts";
import { ownPageOnly, securityHeaders } from "./guard.ts";
import { LiveUpdates } from "./live-updates.ts";
import { PatchReader } from "./patch-reader.ts";
import { commandRoutes } from "./routes/command-routes.ts";
import { findingRoutes } from "./routes/finding-routes.ts";
import { fleetRoutes } from "./routes/fleet-routes.ts";
import { goRoutes } from "./routes/go-routes.ts";
import { overviewRoutes } from "./routes/overview-routes.ts";
import { patchRoutes } from "./routes/patch-routes.ts";
import { programRoutes } from "./routes/program-routes.ts";
import { ReadFailure, readFirst } from "./read-first.ts";
import { reportOf } from "./routes/report.ts";
import type { ConsoleSource } from "./source.ts";
import { TrendRecorder } from "./trend.ts";

const LOOPBACK = "127.0.0.1";

export interface Console {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the console.
 * @param port 0 for a free one
 * @param onFailure receives errors inside the console
 * @throws {InputError} if the port is not available
 */
export async function startConsole(
  source: ConsoleSource,
  port: number,
  onFailure: (error: unknown) => void,
): Promise<Console> {
  const findings = new Findings(source.findings, source.about.ownerTag);
  const patches = new PatchReader(source, findings);
  const trend = new TrendRecorder();
  const live = new LiveUpdates(async () => {
    const state = await liveState(source, findings);
    trend.add(source.now().getTime(), state.findings.open);
    patches.prepare().catch(onFailure);
    return state;
  }, onFailure);
  const app = new Hono();
  const server = createAdaptorServer({ fetch: app.fetch, hostname: LOOPBACK });
  const portOf = (): number => (server.address() as AddressInfo).port;
  app.use(securityHeaders, ownPageOnly(portOf));
  addRoutes(app, await pageAssets(), { source, findings, patches, trend, live, onFailure });
  try {
    await listen(server, port);
  } catch (error) {
    await live.stop();
    throw error;
  }
  return {
    url: `http://${LOOPBACK}:${portOf()}`,
    close: async () => {
      await live.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}

async function liveState(source: ConsoleSource, findings: Findings): Promise<Omit<LiveState, "now">> {
  const program = await source.program?.state();
  const progress = source.simulation?.progress();
  return {
    about: source.about,
    canRefresh: source.refresh !== undefined,
    findings: findings.state(),
    ...(program !== undefined && { program }),
    ...(progress !== undefined && { progress }),
    executions: source.program?.revision() ?? 0,
  };
}

interface ConsoleParts {
  readonly source: ConsoleSource;
  readonly findings: Findings;
  readonly patches: PatchReader;
  readonly trend: TrendRecorder;
  readonly live: LiveUpdates;
  readonly onFailure: (error: unknown) => void;
}

function addRoutes(app: Hono, assets: ReadonlyMap<string, Asset>, parts: ConsoleParts): void {
  const { source, findings, patches, trend, live, onFailure } = parts;
  for (const [path, { type, body }] of assets) {
    app.get(path, (context) => context.body(body, 200, { "content-type": type, "cache-control": "no-store" }));
  }
  app.route("/api", overviewRoutes(source, findings, patches, trend));
  const nodes = source.nodes && new Nodes(source.nodes, findings);
  app.route("/api", findingRoutes(source, findings, nodes));
  app.route("/api", fleetRoutes(nodes));
  app.route("/api", patchRoutes(source, findings, patches));
  app.route("/api", goRoutes(findings, patches, nodes));
  app.route("/api", programRoutes(source));
  app.route(
    "/api",
    commandRoutes(source, findings, () => live.update()),
  );
  app.get("/api/live", (context) => streamSSE(context, (stream) => follow(source, live, stream)));
  // A download, because it has inline styles, which pages of the console may not have.
  app.get("/report.html", readFirst(source), (context) => {
    context.header("content-disposition", 'attachment; filename="patch-findings.html"');
    return context.html(reportOf(source, findings));
  });
  app.notFound((context) => context.json({ message: "not found" }, 404));
  app.onError((error, context) => {
    if (error instanceof ReadFailure) return context.json({ message: error.message }, error.status);
    onFailure(error);
    return context.json({ message: error.message }, 500);
  });
}

type Stream = Parameters<Parameters<typeof streamSSE>[1]>[0];

/** Sends each new state until the page disconnects. */
async function follow(source: ConsoleSource, live: LiveUpdates, stream: Stream): Promise<void> {
  const aborted = Promise.withResolvers<undefined>();
  const leave = source.watch?.();
  const stop = live.watch((state) => {
    const sent: LiveState = { now: source.now().toISOString(), ...state };
    void stream.writeSSE({ data: JSON.stringify(sent) });
  });
  stream.onAbort(() => aborted.resolve(undefined));
  await aborted.promise;
  stop();
  leave?.();
}

async function listen(server: ReturnType<typeof createAdaptorServer>, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const reason = error.code === "EADDRINUSE" ? "the port is in use" : error.message;
      reject(new InputError(`--port ${port}: ${reason}; choose another one, or omit --port for a free one`));
    };
    server.once("error", refuse);
    server.listen(port, LOOPBACK, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}
