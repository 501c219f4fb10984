import { expect } from "chai";
import { request, type IncomingMessage } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { localSource } from "../../local/console-source/local-source.ts";
import { startConsole, type Console } from "../../console/server.ts";
import { InputError } from "../../command-line/input-error.ts";
import type { Run } from "../../local/run/run.ts";
import { shownRun, type ShownRun } from "../fixtures/shown-run.ts";

const FOREIGN_LINK = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

describe("console server", function () {
  this.timeout(180_000);
  let started: ShownRun;
  let run: Run;
  let shown: Console;
  before(async () => {
    started = await shownRun(["--time-scale", "300"]);
    ({ run, console: shown } = started);
  });
  after(async () => {
    await started.close();
    expect(started.failures).to.deep.equal([]);
  });

  const port = (): number => Number(new URL(shown.url).port);
  /** As a client that may say anything about itself. */
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port: port(), method, path, headers }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  const JSON_TYPE = { "content-type": "application/json" };
  const post = (path: string, body: unknown) => ask("POST", path, JSON_TYPE, JSON.stringify(body));

  const refused: [what: string, method: string, path: string, headers: () => Record<string, string>, status: number][] =
    [
      ["another host's name", "GET", "/", () => ({ host: `evil.example:${port()}` }), 403],
      ["another port", "GET", "/api/findings", () => ({ host: "127.0.0.1:1" }), 403],
      ["an address of the network", "GET", "/", () => ({ host: `0.0.0.0:${port()}` }), 403],
      ["a foreign page's read", "GET", "/api/findings", () => ({ origin: "https://evil.example" }), 403],
      ["another port's page", "GET", "/api/findings", () => ({ origin: "http://127.0.0.1:1" }), 403],
      ["a foreign page's switch", "POST", "/api/hub", () => ({ ...JSON_TYPE, origin: "https://evil.example" }), 403],
      ["a page without an origin", "POST", "/api/hub", () => ({ ...JSON_TYPE, origin: "null" }), 403],
      ["a foreign page's script", "GET", "/assets/page.js", () => ({ "sec-fetch-site": "cross-site" }), 403],
      ["a foreign page's link into the API", "GET", "/api/cves/CVE-2026-1?read=all", () => FOREIGN_LINK, 403],
      ["a foreign page's link to the report", "GET", "/report.html", () => FOREIGN_LINK, 403],
      ["a form", "POST", "/api/hub", () => ({ "content-type": "application/x-www-form-urlencoded" }), 415],
      ["plain text", "POST", "/api/patch", () => ({ "content-type": "text/plain" }), 415],
      ["no type", "POST", "/api/redrive", () => ({}), 415],
      ["another method", "PUT", "/api/hub", () => JSON_TYPE, 405],
      ["a HEAD request", "HEAD", "/api/live", () => ({}), 405],
      ["a foreign page's question what is allowed", "OPTIONS", "/api/hub", () => ({}), 405],
    ];
  for (const [what, method, path, headers, status] of refused) {
    it(`refuses ${what}`, async () => {
      const body = method === "POST" ? '{"available":false}' : "";
      expect((await ask(method, path, headers(), body)).status).to.equal(status);
      expect(run.controls.hubAvailable).to.equal(true);
    });
  }

  it("accepts links from other sites, requests of its own page, and the command line", async () => {
    expect((await ask("GET", "/", FOREIGN_LINK)).status).to.equal(200);
    expect((await ask("GET", "/api/findings", { origin: shown.url, "sec-fetch-site": "same-origin" })).status).to.equal(
      200,
    );
    expect((await ask("GET", "/api/findings", { host: `localhost:${port()}` })).status).to.equal(200);
  });

  it("does not let its page load anything from elsewhere", async () => {
    const { headers } = await ask("GET", "/");
    const policy = String(headers["content-security-policy"]);
    expect(policy).to.match(/default-src 'none'/);
    expect(policy).to.not.match(/unsafe|\*|https?:|data:/);
    expect(policy).to.match(/frame-ancestors 'none'/);
    expect(headers["x-content-type-options"]).to.equal("nosniff");
  });

  const wrong: [path: string, body: unknown, words: RegExp][] = [
    ["/api/hub", { available: "no" }, /boolean/],
    ["/api/hub", { available: true, more: 1 }, /more/],
    ["/api/patch", { nodes: ["i-00000000000000000"] }, /i-00000000000000000/],
    ["/api/patch", { nodes: "i-0a11c2e5d7f90b3a1" }, /array/],
    ["/api/scan", [], /object/],
  ];
  for (const [path, body, words] of wrong) {
    it(`answers 400 for ${path} with ${JSON.stringify(body)}`, async () => {
      const { status, text } = await post(path, body);
      expect(status).to.equal(400);
      expect(text).to.match(words);
    });
  }

  const unread: [what: string, body: string, status: number, words: RegExp][] = [
    ["no JSON", "{", 400, /is not JSON/],
    ["no body", "", 400, /is not JSON/],
    ["a huge body", JSON.stringify({ available: "x".repeat(70_000) }), 413, /65536 bytes/],
  ];
  for (const [what, body, status, words] of unread) {
    it(`answers ${status} for ${what}`, async () => {
      const answer = await ask("POST", "/api/hub", JSON_TYPE, body);
      expect(answer.status).to.equal(status);
      expect(answer.text).to.match(words);
    });
  }

  const missing = ["/api/findings/none", "/api/executions/none", "/nothing", "/assets/../package.json"];
  for (const path of missing) {
    it(`has nothing at ${path}`, async () => {
      expect((await ask("GET", path)).status).to.equal(404);
    });
  }

  it("answers 400 for a link that is no query, and says why", async () => {
    const { status, text } = await ask("GET", "/api/findings?severity=WORST");
    expect(status).to.equal(400);
    expect(JSON.parse(text)).to.have.property("message").that.includes('severity cannot be "WORST"');
  });

  it("returns all findings in full, page by page", async () => {
    const { text } = await ask("GET", "/api/asff");
    const { account, region, ownerTag, findings, next } = JSON.parse(text) as Record<string, unknown>;
    expect([account, region, ownerTag, next]).to.deep.equal(["111122223333", "eu-west-1", "Team", undefined]);
    expect(findings).to.deep.equal(run.hub.findings());
  });

  it("sends each change as it happens", async () => {
    const seen: string[] = [];
    const stream = await fetch(`${shown.url}/api/live`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    while (!seen.join("").includes('"hubAvailable":false')) {
      const part = await reader?.read();
      if (part === undefined || part.done) break;
      seen.push(part.value);
      if (seen.length === 1) await post("/api/hub", { available: false });
    }
    await post("/api/hub", { available: true });
    await reader?.cancel();
    expect(seen.join("")).to.match(/"hubAvailable":true[^]*"hubAvailable":false/);
  });

  it("listens only on loopback, and names a port that is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const taken = (other.address() as AddressInfo).port;
    try {
      await startConsole(localSource(run), taken, () => undefined);
      expect.fail("it must not listen");
    } catch (error) {
      expect(error).to.be.instanceOf(InputError);
      expect(String(error)).to.match(new RegExp(`--port ${taken}: the port is in use`));
    } finally {
      other.close();
    }
    expect(new URL(shown.url).hostname).to.equal("127.0.0.1");
  });
});
