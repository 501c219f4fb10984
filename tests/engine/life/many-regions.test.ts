/** Processes and memory of a stack with many Regions. */
import { expect } from "chai";
import { dirname } from "node:path";
import { watchProcesses, type Watched } from "./process-watch.ts";
import * as life from "./live-stacks.ts";

const REGIONS = [
  ...["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1"],
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1"],
];
/** Seen: 1,430 MB. A provider process for each Region would add 900 MB, and the real provider is several times larger. */
const LIMIT_MB = 2_200;
/** Ten times as long as on a quiet machine. */
const LIMIT_MS = 550_000;

describe("a stack with many Regions", function () {
  this.timeout(600_000);
  const stacks = new life.LiveStacks();
  after(() => stacks.remove());

  const previewed = async (regions: readonly string[], enableSecurityHub: boolean) => {
    const config = { regions: JSON.stringify(regions), enableSecurityHub: String(enableSecurityHub) };
    const stack = await stacks.create({ config });
    return watchProcesses(dirname(dirname(stack.directory)), () => life.success(stack.preview({ limitMs: LIMIT_MS })));
  };
  const providers = ({ processes }: Watched<unknown>): number =>
    processes.filter((line) => line.includes("tests/engine/provider/main.ts")).length;

  it("ten Regions need one process of the provider, within memory", async () => {
    const watched = await previewed(REGIONS, false);
    expect(watched.result.changes.filter(({ type }) => type === life.TYPES.queue)).to.have.lengthOf(40);
    expect(providers(watched)).to.equal(1);
    expect(watched.peakMegabytes).to.be.within(100, LIMIT_MB);
  });

  it("with enableSecurityHub each Region needs one more", async function () {
    // The processes are sampled, and a busy machine can end a short preview before a sample.
    this.retries(2);
    const watched = await previewed(REGIONS.slice(0, 2), true);
    expect(providers(watched)).to.equal(3);
  });
});
