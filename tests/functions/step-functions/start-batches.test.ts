import { expect } from "chai";
import { dispatch, ids, message, range, type Trouble } from "../../fixtures/dispatch-fixture.ts";

const error = (name: string, status = 400): Error =>
  Object.assign(new Error("no"), { name, $metadata: { httpStatusCode: status } });
/** Five executions, each named by its own message. */
const FIVE = range(0, 5).map((index) => message(`m${index}`, ...range(index * 50, index * 50 + 50)));
/** Messages, ceiling 4: what counting returns, and how many executions start after how long. */
const startsAfter = async (trouble: Trouble) => {
  const outcome = await dispatch(FIVE, { maximumExecutions: 4, ...trouble });
  const waited = outcome.pauses.reduce((sum, pause) => sum + pause, 0);
  return { ...outcome, waited };
};

describe("dispatch: the ceiling on executions", () => {
  it("costs one count and no wait if there are free slots", async () => {
    const { nodes, pauses, sentBack } = await dispatch(FIVE, { maximumExecutions: 5 });
    expect(nodes).to.have.lengthOf(5);
    expect([pauses, sentBack]).to.deep.equal([[], []]);
  });

  const cases: [what: string, inFlight: NonNullable<Trouble["inFlight"]>, pauses: number[]][] = [
    ["a slot is free after the first wait", [0, 3], [1_000]],
    ["one slot becomes free at a time", [3, 3, 3, 3, 3], [1_000, 1_000, 1_000, 1_000]],
    ["more run than are allowed", [6, 7, 0, 0], [1_500, 2_250, 1_000]],
    ["no slot becomes free for a while", [0, 4, 4, 4, 4, 4, 0], [1_000, 1_500, 2_250, 3_000, 3_000, 3_000]],
    ["the count fails for a while", [0, error("ThrottlingException"), error("x", 500), 0], [1_000, 1_500, 2_250]],
  ];
  for (const [what, inFlight, expected] of cases) {
    it(`starts all and waits, longer if nothing starts: ${what}`, async () => {
      const { nodes, failed, pauses, sentBack, counted } = await startsAfter({ inFlight });
      expect(nodes.flat()).to.deep.equal(ids(0, 250));
      expect(pauses).to.deep.equal(expected);
      expect([failed, sentBack, counted]).to.deep.equal([[], [], []]);
    });
  }

  it("sends batches without a slot back to the work queue when the time is nearly up, and finishes the messages", async () => {
    const { nodes, failed, givenBack, sentBack, counted, waited } = await startsAfter({ inFlight: [2, 4] });
    expect(nodes.flat()).to.deep.equal(ids(0, 100));
    expect(sentBack.map(({ nodes: sent }) => sent)).to.deep.equal([ids(100, 150), ids(150, 200), ids(200, 250)]);
    expect(counted).to.deep.equal(["ExecutionsWaiting 3"]);
    expect([failed, givenBack]).to.deep.equal([[], []]);
    expect(waited).to.be.within(85_000, 90_000);
  });

  for (const [random, seconds] of [
    [0, 10],
    [0.5, 20],
    [0.999, 30],
  ] as const) {
    it(`delays the batches by 10 to 30 seconds: ${seconds}`, async () => {
      const { sentBack } = await startsAfter({ inFlight: [4], random: () => random });
      expect(new Set(sentBack.map((each) => each.seconds))).to.deep.equal(new Set([seconds]));
    });
  }

  it("fails the messages if the work queue does not take their nodes", async () => {
    const { failed, givenBack } = await startsAfter({ inFlight: [2, 4], sendBack: true });
    expect(failed).to.deep.equal(["m2", "m3", "m4"]);
    expect(givenBack).to.have.lengthOf(3);
  });

  it("fails the messages if there is no time to send", async () => {
    const { failed, sentBack } = await startsAfter({ remaining: () => 1_000 });
    expect(failed).to.deep.equal(["m0", "m1", "m2", "m3", "m4"]);
    expect(sentBack).to.deep.equal([]);
  });

  it("sends everything back if Step Functions never answers", async () => {
    for (const failure of [error("ThrottlingException"), error("ServiceUnavailable", 503), error("TimeoutError")]) {
      const { nodes, failed, sentBack, counted } = await startsAfter({ inFlight: [failure] });
      expect([nodes, failed]).to.deep.equal([[], []]);
      expect(sentBack).to.have.lengthOf(5);
      expect(counted).to.deep.equal(["ExecutionsWaiting 5"]);
    }
  });

  it("starts everything, without the ceiling, if dispatch may not list executions", async () => {
    for (const failure of [error("AccessDeniedException"), error("ValidationException")]) {
      const { nodes, counted, pauses, warned } = await startsAfter({ inFlight: [failure] });
      expect(nodes).to.have.lengthOf(5);
      expect(pauses).to.deep.equal([]);
      expect(counted).to.deep.equal(["ExecutionsNotCounted"]);
      expect(warned).to.deep.equal(["executions not counted"]);
    }
  });

  it("parks the nodes of executions that do not start, as long as slots are free", async () => {
    const { parked, sentBack, failed } = await startsAfter({ start: () => error("ServiceException", 500) });
    expect(parked).to.have.lengthOf(5);
    expect([sentBack, failed]).to.deep.equal([[], []]);
  });

  it("works with a ceiling of one", async () => {
    const { nodes, pauses } = await startsAfter({ inFlight: [0, 1, 0, 1, 0, 0, 0], maximumExecutions: 1 });
    expect(nodes).to.have.lengthOf(5);
    expect(pauses).to.deep.equal([1_000, 1_500, 1_000, 1_500, 1_000, 1_000]);
  });
});
