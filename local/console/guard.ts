/** Who may talk to the console: its own page and this machine's command line, nobody else's page in the same browser. */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/** Everything comes from the console itself; what is foreign, inline or framed is refused by the browser. */
export const securityHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  crossOriginResourcePolicy: "same-origin",
  crossOriginOpenerPolicy: "same-origin",
  referrerPolicy: "no-referrer",
  xFrameOptions: "DENY",
  // Plain HTTP on loopback: there is nothing to be strict about.
  strictTransportSecurity: false,
});

const METHODS: readonly string[] = ["GET", "POST"];

/**
 * Refuses requests that another site's page caused. A name that was rebound to 127.0.0.1 shows in `Host`, a foreign page in
 * `Origin` and `Sec-Fetch-Site`; what changes something must be JSON, which no form can send.
 */
export function ownPageOnly(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const host = context.req.header("host") ?? "";
    const refusal = (message: string) => context.json({ message }, 403);
    if (!hosts.includes(host)) return refusal(`Host must be ${hosts.join(" or ")}`);
    const origin = context.req.header("origin");
    if (origin !== undefined && origin !== `http://${host}`) return refusal("requests of other origins are refused");
    const site = context.req.header("sec-fetch-site") ?? "none";
    const isLink = context.req.method === "GET" && context.req.header("sec-fetch-mode") === "navigate";
    if (!["none", "same-origin"].includes(site) && !isLink) return refusal("requests of other sites are refused");
    if (!METHODS.includes(context.req.method)) {
      context.header("allow", METHODS.join(", "));
      return context.json({ message: `the console knows ${METHODS.join(" and ")} only` }, 405);
    }
    if (context.req.method !== "GET" && !isJson(context.req.header("content-type"))) {
      return context.json({ message: "Content-Type must be application/json" }, 415);
    }
    return next();
  };
}

const isJson = (contentType = ""): boolean => /^application\/json\s*(;|$)/i.test(contentType);
