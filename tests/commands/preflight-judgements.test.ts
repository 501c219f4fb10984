import { expect } from "chai";
import type { Judgement } from "../../commands/preflight/check.ts";
import { judgeBoundary, judgeIdentity } from "../../commands/preflight/credentials.ts";
import { judgeOpenFindings } from "../../commands/preflight/open-findings.ts";
import { judgeMissingData, judgeNodes, judgeSilence } from "../../commands/preflight/nodes.ts";
import { judgeOtherPlaces, judgePatching } from "../../commands/preflight/patch-sources.ts";
import { judgeConcurrency, judgeInsights, PLAIN_INSIGHTS } from "../../commands/preflight/quotas.ts";
import {
  judgeAggregation,
  judgeHub,
  judgeNativeImport,
  judgePatchControl,
} from "../../commands/preflight/security-hub.ts";
import { unchecked } from "../../commands/preflight/failed-check.ts";
import { judgeWindow } from "../../commands/preflight/maintenance-windows.ts";
import { readSettings } from "../../infra/settings.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";

/** The most insights of others that leave room for two patch groups: Security Hub allows 100. */
const MOST = 100 - PLAIN_INSIGHTS - 2;

const NOW = new Date("2026-11-20T12:00:00.000Z");
const DAY = 24 * 60 * 60_000;
const settings = readSettings({ "patch-manager-findings:regions": '["eu-west-1"]' });
const clock = { now: () => NOW, settings };
const ago = (days: number) => NOW.getTime() - days * DAY;
const hub = { partition: "aws", region: "eu-west-1", account: "111122223333" };
const nodes = (count: number, online = count, more = false) => ({
  nodes: Array.from({ length: count }, (_, index) => ({ id: nodeId(index), online: index < online })),
  more,
});
const listed = nodes(3);
const data = (...parts: object[]) => parts.map((part, index) => ({ id: nodeId(index), ...part }));
const aggregation = (mode: string, ...regions: string[]) => ({ home: "eu-central-1", mode, regions });
const reserve = (reservedConcurrency: number) => ({ maximumConcurrency: 5, reservedConcurrency });

/** What is judged, what comes of it, and what its text says. */
const cases: readonly [string, Judgement | undefined, Judgement["result"] | undefined, RegExp?][] = [
  ["good credentials", judgeIdentity({ account: "1", arn: "arn:me" }, hub), "ok", /account 1, .*eu-west-1, as arn:me/],
  ["bad credentials", judgeIdentity({ refused: "ExpiredToken: gone" }, hub), "problem", /ExpiredToken/],
  ["boundary: none", judgeBoundary(undefined, "111122223333"), undefined],
  ["boundary: own", judgeBoundary("arn:aws:iam::111122223333:policy/b", "111122223333"), "ok"],
  ["boundary: AWS's", judgeBoundary("arn:aws:iam::aws:policy/b", "111122223333"), "ok"],
  ["boundary: foreign", judgeBoundary("arn:aws:iam::444455556666:policy/b", "111122223333"), "problem", /444455556666/],

  ["nodes: none", judgeNodes(nodes(0), "eu-west-1"), "problem", /eu-west-1/],
  ["nodes: all online", judgeNodes(nodes(3), "eu-west-1"), "ok", /3 managed nodes: 3 online, 0 hybrid/],
  ["nodes: some not", judgeNodes(nodes(3, 1), "eu-west-1"), "note", /1 online/],
  ["nodes: too many", judgeNodes(nodes(3, 3, true), "eu-west-1"), "ok", /more than 3 managed nodes; of the first 3/],
  [
    "nodes: hybrid",
    judgeNodes({ nodes: [{ id: "mi-0123456789abcdef0", online: true }], more: false }, ""),
    "ok",
    /1 hybrid/,
  ],
  ["data: all", judgeMissingData(data({ endedAt: 1 }, { endedAt: 0 }, { endedAt: 2 }), listed, 30), "ok"],
  ["data: none of one", judgeMissingData(data({ endedAt: 1 }, {}, { endedAt: 2 }), listed, 30), "note", /: 1 \(.*1\)/],
  [
    "data: unreadable",
    judgeMissingData(data({ unread: "denied" }, { endedAt: 1 }, { endedAt: 2 }), listed, 30),
    "note",
    /denied/,
  ],
  ["data: not read", judgeMissingData(data({ endedAt: 1 }), listed, 30), "note", /2 more nodes .*not read/],
  ["silence: none", judgeSilence(data({ endedAt: ago(29) }, { endedAt: 0 }, {}), clock), "ok"],
  ["silence: one", judgeSilence(data({ endedAt: ago(31) }, { endedAt: ago(1) }), clock), "note", /30 days ago: 1 \(/],

  ["patching: none", judgePatching({ associations: {}, executionTypes: {}, more: false }), "note"],
  [
    "patching: policies",
    judgePatching({ associations: {}, executionTypes: { PatchPolicy: 2 }, more: false }),
    "ok",
    /PatchPolicy 2/,
  ],
  [
    "patching: associations",
    judgePatching({ associations: { "AWS-RunPatchBaseline": 2 }, executionTypes: { Command: 1 }, more: true }),
    "ok",
    /AWS-RunPatchBaseline 2; .*Command 1; only the first/,
  ],
  [
    "elsewhere: nowhere",
    judgeOtherPlaces(data({ kinds: ["Patch"] }, {}, { kinds: ["Patch", "Association"] })),
    undefined,
  ],
  [
    "elsewhere: both",
    judgeOtherPlaces(data({ kinds: ["Association"] }, { kinds: ["Inventory"] })),
    "note",
    /Association rows: 1 .*inventory: 1/,
  ],

  ["hub: on", judgeHub(hub, false), "ok"],
  ["hub: on, and to be enabled", judgeHub(hub, true), "note", /already/],
  ["hub: off", judgeHub("off", false), "problem"],
  ["hub: off, and to be enabled", judgeHub("off", true), "note"],
  ["native import: on", judgeNativeImport(true, "eu-west-1"), "note"],
  ["native import: off", judgeNativeImport(false, "eu-west-1"), "ok"],
  ["aggregation: none", judgeAggregation(undefined, "eu-west-1"), "ok", /only in eu-west-1/],
  ["aggregation: home", judgeAggregation(aggregation("NO_REGIONS"), "eu-central-1"), "ok", /home Region/],
  ["aggregation: all", judgeAggregation(aggregation("ALL_REGIONS"), "eu-west-1"), "ok", /linked/],
  ["aggregation: named", judgeAggregation(aggregation("SPECIFIED_REGIONS", "eu-west-1"), "eu-west-1"), "ok"],
  ["aggregation: not named", judgeAggregation(aggregation("SPECIFIED_REGIONS", "us-east-1"), "eu-west-1"), "note"],
  [
    "aggregation: left out",
    judgeAggregation(aggregation("ALL_REGIONS_EXCEPT_SPECIFIED", "eu-west-1"), "eu-west-1"),
    "note",
  ],
  [
    "aggregation: not left out",
    judgeAggregation(aggregation("ALL_REGIONS_EXCEPT_SPECIFIED", "us-east-1"), "eu-west-1"),
    "ok",
  ],
  ["aggregation: no Regions", judgeAggregation(aggregation("NO_REGIONS"), "eu-west-1"), "note"],
  ["SSM.2: no standard", judgePatchControl([]), "ok", /no enabled standard/],
  ["SSM.2: disabled", judgePatchControl([{ standard: "a", enabled: false }]), "ok", /disabled in all/],
  [
    "SSM.2: enabled",
    judgePatchControl([
      { standard: "fsbp", enabled: true },
      { standard: "nist", enabled: false },
    ]),
    "note",
    /in fsbp$/,
  ],
  ["findings: no native", judgeOpenFindings({ native: 0, ours: 5, control: 2 }, "eu-west-1"), "ok", /0, .*5, .*2/],
  ["findings: native", judgeOpenFindings({ native: 3, ours: 0, control: 0 }, "eu-west-1"), "note"],
  [
    "findings: many",
    judgeOpenFindings({ native: undefined, ours: 0, control: 0 }, "eu-west-1"),
    "note",
    /more than 1000/,
  ],

  ["Lambda: plenty", judgeConcurrency({ limit: 1000, unreserved: 1000 }, settings), "ok"],
  ["Lambda: new account", judgeConcurrency({ limit: 10, unreserved: 10 }, settings), "note"],
  ["Lambda: too few", judgeConcurrency({ limit: 1000, unreserved: 1 }, settings), "problem", /maximumConcurrency 2/],
  ["Lambda: can be reserved", judgeConcurrency({ limit: 1000, unreserved: 180 }, reserve(10)), "ok", /needs 80/],
  ["Lambda: perhaps reserved", judgeConcurrency({ limit: 1000, unreserved: 179 }, reserve(10)), "note", /needs 80/],
  ["Lambda: cannot be reserved", judgeConcurrency({ limit: 179, unreserved: 179 }, reserve(10)), "problem"],
  [
    "insights: room",
    judgeInsights([...others(MOST), "Patch Manager Findings: overdue nodes"], 2),
    "ok",
    new RegExp(`${MOST + 1} .*1 of them`),
  ],
  ["insights: full", judgeInsights(others(MOST + 1), 2), "problem"],
  ["window: there", judgeWindow({ name: "sunday", enabled: true, duration: 3, cutoff: 1 }), "ok", /3 h, .*1 h/],
  ["window: disabled", judgeWindow({ name: "sunday", enabled: false, duration: 3, cutoff: 1 }), "note"],
  ["window: none", judgeWindow(undefined), "problem"],
];

function others(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `other ${index}`);
}

describe("judgements of preflight", () => {
  for (const [name, judgement, result, found = /./] of cases) {
    it(`${name}: ${result ?? "nothing to say"}`, () => {
      expect(judgement?.result).to.equal(result);
      if (judgement !== undefined) expect(judgement.found).to.match(found);
      if (result === "problem") expect(judgement?.advice).to.be.a("string");
    });
  }
});

describe("a check that could not be done", () => {
  const error = (name: string, message: string, httpStatusCode = 400, cause?: Error) =>
    Object.assign(new Error(message, { cause }), { name, $metadata: { httpStatusCode } });
  const denial =
    "User: arn:x is not authorized to perform: kms:GetKeyPolicy on resource: arn:y because an explicit deny";
  const failures: readonly [string, Error, RegExp, RegExp][] = [
    [
      "a named permission",
      error("AccessDeniedException", denial),
      /^no permission for kms:GetKeyPolicy: an explicit deny$/,
      /^Allow kms:GetKeyPolicy\.$/,
    ],
    ["one that is not named", error("AccessDeniedException", "no"), /no permission/, /^Allow a:B, c:D\.$/],
    ["throttling", error("ThrottlingException", "Rate exceeded"), /throttled/, /again/],
    ["too many requests", error("X", "Rate exceeded", 429), /throttled/, /again/],
    ["a reset", Object.assign(new Error("hang up"), { code: "ECONNRESET" }), /no answer/, /network/],
    ["the service's own trouble", error("InternalException", "oops", 500), /no answer/, /again/],
    ["Security Hub off", error("InvalidAccessException", "not subscribed", 401), /Security Hub is off/, /Enable/],
    ["credentials that ended meanwhile", error("ExpiredTokenException", "expired"), /expired/, /Renew/],
    ["anything else", error("ValidationException", "bad"), /unexpected/, /report/],
    [
      "a failure that a reader wrapped",
      error("SystemsManagerThrottled", "x", 0, error("ThrottlingException", "Rate exceeded")),
      /throttled/,
      /again/,
    ],
  ];
  for (const [name, failure, found, advice] of failures) {
    it(name, () => {
      const line = unchecked(failure, ["a:B", "c:D"]);
      expect(line.found).to.match(found);
      expect(line.advice).to.match(advice);
    });
  }
});
