/** The local console: one page over a running program, on loopback only. */
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { AddressInfo } from "node:net";
import { renderReport } from "../../presentation/report/report.ts";
import { InputError } from "../../command-line/input-error.ts";
import type { Run } from "../run/run.ts";
import { pageAssets, type Asset } from "./assets.ts";
import { commandRoutes } from "./command-routes.ts";
import { Findings } from "./findings.ts";
import { flowOf } from "./flow.ts";
import { ownPageOnly, securityHeaders } from "./guard.ts";
import { LiveFlow } from "./live-flow.ts";
import { queryRoutes } from "./query-routes.ts";
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
export async function startConsole(run: Run, port: number, onFailure: (error: unknown) => void): Promise<Console> {
  const findings = new Findings(run.hub, run.ownerTag);
  const trend = new TrendRecorder();
  const live = new LiveFlow(async () => {
    const flow = await flowOf(run, findings);
    trend.add(Date.now(), flow.findings.open);
    return flow;
  }, onFailure);
  const app = new Hono();
  const server = createAdaptorServer({ fetch: app.fetch, hostname: LOOPBACK });
  const portOf = (): number => (server.address() as AddressInfo).port;
  app.use(securityHeaders, ownPageOnly(portOf));
  addRoutes(app, await pageAssets(), { run, findings, trend, live, onFailure });
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

interface ConsoleParts {
  readonly run: Run;
  readonly findings: Findings;
  readonly trend: TrendRecorder;
  readonly live: LiveFlow;
  readonly onFailure: (error: unknown) => void;
}

function addRoutes(app: Hono, assets: ReadonlyMap<string, Asset>, parts: ConsoleParts): void {
  const { run, findings, trend, live, onFailure } = parts;
  for (const [path, { type, body }] of assets) {
    app.get(path, (context) => context.body(body, 200, { "content-type": type, "cache-control": "no-store" }));
  }
  app.route("/api", queryRoutes(run, findings, trend));
  app.route(
    "/api",
    commandRoutes(run.controls, () => live.update()),
  );
  app.get("/api/live", (context) => streamSSE(context, (stream) => follow(live, stream)));
  // A download, because it has inline styles, which pages of the console may not have.
  app.get("/report.html", (context) => {
    context.header("content-disposition", 'attachment; filename="patch-findings.html"');
    return context.html(reportOf(run));
  });
  app.notFound((context) => context.json({ message: "not found" }, 404));
  app.onError((error, context) => {
    onFailure(error);
    return context.json({ message: error.message }, 500);
  });
}

type Stream = Parameters<Parameters<typeof streamSSE>[1]>[0];

/** Sends each new state until the page disconnects. */
async function follow(live: LiveFlow, stream: Stream): Promise<void> {
  const aborted = Promise.withResolvers<undefined>();
  const stop = live.watch((flow) => void stream.writeSSE({ data: flow }));
  stream.onAbort(() => aborted.resolve(undefined));
  await aborted.promise;
  stop();
}

function reportOf({ hub, fleet: { account, region }, ownerTag }: Run): string {
  const subject = { title: "Patch Manager Findings", account, region, generatedAt: new Date() };
  return renderReport(hub.held(), { ...subject, ...(ownerTag !== undefined && { ownerTag }) });
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
