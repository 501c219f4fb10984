/**
 * Restricts access to the console to its own page and the command line of this machine. Pages of other sites in the
 * same browser have no access.
 */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/**
 * Sets the security headers. The browser refuses content that is not from the console, inline scripts and styles, and
 * frames.
 */
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
  // HSTS does not apply: the console uses plain HTTP on loopback.
  strictTransportSecurity: false,
});

const METHODS: readonly string[] = ["GET", "POST"];

/**
 * Refuses requests caused by a page of another site. DNS rebinding to 127.0.0.1 shows in `Host`, a page of another site
 * in `Origin` and `Sec-Fetch-Site`. Other sites may link to the page itself only. Requests that change something must be JSON, which no form can send.
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
    const isLink =
      context.req.method === "GET" && context.req.path === "/" && context.req.header("sec-fetch-mode") === "navigate";
    if (!["none", "same-origin"].includes(site) && !isLink) return refusal("requests of other sites are refused");
    if (!METHODS.includes(context.req.method)) {
      context.header("allow", METHODS.join(", "));
      return context.json({ message: `the console supports ${METHODS.join(" and ")} only` }, 405);
    }
    if (context.req.method !== "GET" && !isJson(context.req.header("content-type"))) {
      return context.json({ message: "Content-Type must be application/json" }, 415);
    }
    return next();
  };
}

const isJson = (contentType = ""): boolean => /^application\/json\s*(;|$)/i.test(contentType);
