import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_POLICIES, type Policies } from "../../contract/policies.ts";
import { writePolicies } from "../../infra/parts/policies-file.ts";
import { readSettings } from "../../infra/settings.ts";
import { stackPolicies } from "../../infra/settings/stack-policies.ts";

const NAMESPACE = "patch-manager-findings";
const STATED = { owner: "Ann", reason: "replaced in June" };

function policiesOf(settings: Readonly<Record<string, unknown>>): Policies {
  const entries = Object.entries({ regions: ["eu-west-1"], ...settings }).map(([name, value]) => [
    `${NAMESPACE}:${name}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return stackPolicies(readSettings(Object.fromEntries(entries) as Record<string, string>));
}

const refusal = (settings: Readonly<Record<string, unknown>>) => () => policiesOf(settings);

describe("the policies of a stack", () => {
  it("are the default ones without settings, and then need no file", async () => {
    expect(policiesOf({})).to.deep.equal(DEFAULT_POLICIES);
    expect(await writePolicies(policiesOf({}))).to.equal(undefined);
    expect(await writePolicies(policiesOf({ patchWithinDays: { CRITICAL: 14 } }))).to.equal(undefined);
  });

  it("override the default days one by one", () => {
    expect(
      policiesOf({ patchWithinDays: { CRITICAL: 7, LOW: "none", INFORMATIONAL: 365 } }).patchWithinDays,
    ).to.deep.equal({ CRITICAL: 7, HIGH: 30, MEDIUM: 90, INFORMATIONAL: 365 });
  });

  it("hold lists of tag values, days or null, and the first moment after an exception", () => {
    const nodes = { tags: { Env: "prod", Team: ["a", "b"] } };
    expect(
      policiesOf({
        severityRules: [{ tags: { Env: "prod" }, severity: "HIGH" }],
        deadlineRules: [{ nodes, patchWithinDays: { HIGH: 7, LOW: "none" } }],
        overdueRaisesSeverity: true,
        exceptions: [
          { ...STATED, nodes, until: "2026-02-28" },
          { ...STATED, patches: { cves: ["cve-2026-1234"] }, ticket: "OPS-1", until: "2026-02-28T12:00:00+02:00" },
        ],
      }),
    ).to.deep.equal({
      severityRules: [{ tags: { Env: ["prod"] }, severity: "HIGH" }],
      patchWithinDays: DEFAULT_POLICIES.patchWithinDays,
      deadlineRules: [{ nodes: { tags: { Env: ["prod"], Team: ["a", "b"] } }, days: { HIGH: 7, LOW: null } }],
      overdueRaisesSeverity: true,
      exceptions: [
        { ...STATED, nodes: { tags: { Env: ["prod"], Team: ["a", "b"] } }, until: "2026-03-01T00:00:00.000Z" },
        { ...STATED, patches: { cves: ["CVE-2026-1234"] }, ticket: "OPS-1", until: "2026-02-28T10:00:00.000Z" },
      ],
    });
  });

  it("name at most 10 tag keys together", () => {
    const rules = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ tags: { [`key${index}`]: "x" }, severity: "LOW" }));
    expect(policiesOf({ severityRules: rules(10) }).severityRules).to.have.lengthOf(10);
    expect(refusal({ severityRules: rules(11) })).to.throw(
      /^setting patch-manager-findings:exceptions is .*: must name at most 10 different tag keys together with .*: they name 11$/,
    );
  });

  it("have the same file if they are equal", async () => {
    const [first, same, other] = await Promise.all(
      [7, 7, 8].map((days) => writePolicies(policiesOf({ patchWithinDays: { LOW: days } }))),
    );
    expect(first).to.match(/\/dist\/policies\/[0-9a-f]{16}\/policies\.json$/);
    expect([same === first, other === first]).to.deep.equal([true, false]);
  });
});

describe("exceptions in a file", () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "exceptions-"));
    path = join(folder, "exceptions.json");
  });
  after(() => rm(folder, { recursive: true }));

  it("are read as if they were in the setting", async () => {
    await writeFile(path, JSON.stringify([{ ...STATED, patches: { ids: ["KB1"] }, until: "2026-02-28" }]));
    expect(policiesOf({ exceptions: path }).exceptions).to.have.lengthOf(1);
  });

  for (const [what, text, message] of [
    [
      "one without a reason",
      '[{"owner":"Ann"}]',
      /^setting patch-manager-findings:exceptions is not set at 0\.reason: must/,
    ],
    ["a key that would be lost", '[{"__proto__":{}}]', /:exceptions must not hold a key __proto__$/],
    ["too much", `[${" ".repeat(400_000)}]`, /the file has more than 400000 bytes$/],
    ["a path", '"exceptions.json"', /must be a list of at most 500 exceptions/],
  ] as const) {
    it(`are refused with ${what}`, async () => {
      await writeFile(path, text);
      expect(refusal({ exceptions: path }))
        .to.throw(message)
        .with.property("message")
        .that.does.not.include("\n");
    });
  }
});
