import { expect } from "chai";
import { DEFAULT_POLICIES, type PatchException } from "../../../contract/policies.ts";
import { exceptionsFor } from "../../../functions/compliance/exceptions.ts";
import { days, NODE, patch, READ_AT } from "../../fixtures/node-fixtures.ts";

const exception = (parts: Partial<PatchException> = {}): PatchException => ({
  ...{ owner: "jane", reason: "no window before the release", until: days(30) },
  ...parts,
});
function accepting(exceptions: readonly PatchException[], at = READ_AT, node = {}) {
  return exceptionsFor({ ...DEFAULT_POLICIES, exceptions }, at)({ nodeId: NODE, ...node });
}

describe("an exception accepts a patch", () => {
  const two = patch({ id: "KB5034441", title: "2024-01 Update (v1.0)", cves: "CVE-2024-1111,CVE-2024-2222" });
  const cases: [name: string, patches: NonNullable<PatchException["patches"]>, accepted: boolean, one?: typeof two][] =
    [
      ["by id, without case", { ids: ["kb5034441"] }, true],
      [
        "by the name of a package, without its architecture",
        { ids: ["OpenSSL"] },
        true,
        patch({ id: "openssl.x86_64" }),
      ],
      ["by a Debian package's name", { ids: ["libssl3"] }, true, patch({ id: "libssl3:amd64" })],
      ["not by the beginning of a package's name", { ids: ["openssl"] }, false, patch({ id: "openssl-libs.x86_64" })],
      ["not by a part of the id", { ids: ["KB503444"] }, false],
      ["by all of its CVEs, and more", { cves: ["cve-2024-1111", "CVE-2024-2222", "CVE-2024-3333"] }, true],
      ["not by one of its CVEs", { cves: ["CVE-2024-1111"] }, false],
      ["not by CVEs if it fixes none", { cves: ["CVE-2024-1111"] }, false, patch()],
      ["by one condition of several", { ids: ["x"], cves: ["CVE-2024-1111"], names: ["2024-01*"] }, true],
      ["by a name, without case", { names: ["kb5034441"] }, true],
      ["by its title", { names: ["*UPDATE (V1.0)"] }, true],
      ["by the middle of its title", { names: ["*update*"] }, true],
      ["not by the beginning alone", { names: ["2024-01"] }, false],
      ["not by the end alone", { names: ["update (v1.0)"] }, false],
      ["by any name", { names: ["*"] }, true],
      ["by many stars", { names: ["**2024****update**"] }, true],
      ["not if pieces overlap", { names: ["KB5034441*KB5034441"] }, false],
      ["not if an end overlaps the beginning", { names: ["KB503444*441"] }, false],
      ["not if the pieces are in another order", { names: ["*update*2024*"] }, false],
      ["not by a dot for any character", { names: ["2024-01 Update (v1.0."] }, false],
      [
        "not by a regular expression",
        { names: ["2024-01 Update .v1[.]0.", "KB.*", "^KB5034441$", "KB50\\d+", "(", "["] },
        false,
      ],
      ["not by an empty list", { ids: [], cves: [], names: [] }, false],
    ];
  for (const [name, patches, accepted, one = two] of cases) {
    it(name, () => expect(accepting([exception({ patches })]).accept(one)).to.equal(accepted ? 0 : undefined));
  }

  it("until, and not at, its end", () => {
    const one = exception({ until: READ_AT });
    expect(accepting([one], new Date(Date.parse(READ_AT) - 1).toISOString()).wholeNode).to.equal(0);
    expect(accepting([one], READ_AT).wholeNode).to.equal(undefined);
    expect(accepting([exception({ until: "never" })]).wholeNode).to.equal(undefined);
  });

  it("the one that ends last, of several", () => {
    const ends = [days(10), days(30), days(20)].map((until) => exception({ until, patches: { ids: ["KB5034441"] } }));
    expect(accepting(ends).accept(patch())).to.equal(1);
    expect(accepting([...ends, exception({ until: days(40) })]).accept(patch())).to.equal(3);
    expect(accepting([...ends, exception({ until: days(25) })])).to.include({ wholeNode: 3 });
    expect(accepting([...ends, exception({ until: days(25) })]).accept(patch())).to.equal(1);
  });

  it("on its nodes only", () => {
    const nodes = { ids: [NODE], platforms: ["ubuntu"], patchGroups: ["web"], tags: { Env: ["test"] } };
    const met = { platformName: "Ubuntu", patchGroup: "web", tagMatches: [0] };
    expect(accepting([exception({ nodes })], READ_AT, met).wholeNode).to.equal(0);
    for (const other of [{ platformName: "Debian" }, { patchGroup: "db" }, { tagMatches: [] }, { nodeId: "i-1" }]) {
      expect(accepting([exception({ nodes })], READ_AT, { ...met, ...other }).wholeNode).to.equal(undefined);
    }
  });

  it("compares a pattern of 10,000 stars in linear time", () => {
    const pieces = (count: number) => `${"*a".repeat(count)}*b`;
    const comparisons = [pieces(10_000), "*".repeat(10_000), "a*".repeat(10_000)];
    const { accept } = accepting([exception({ patches: { names: comparisons } })]);
    const started = process.cpuUsage();
    for (let index = 0; index < 2_000; index++) accept(patch({ id: "a".repeat(96), title: "a".repeat(150) }));
    const { user } = process.cpuUsage(started);
    // A pattern that goes back takes years.
    expect(user / 1e6, "seconds").to.be.below(20);
  });
});
