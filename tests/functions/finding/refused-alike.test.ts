import { expect } from "chai";
import { refusedAlike } from "../../../functions/finding/refused-alike.ts";
import type { PublishOutput } from "../../../functions/publish.ts";
import { failure } from "../../doubles/patch-data.ts";
import { failing, idOf, nameOf, open } from "../../fixtures/publish-stage.ts";

describe("publish: all findings refused for the same reason", () => {
  const refuse = failing(() => "InvalidInput", "data.X[3] should be shorter");
  const words = (outcome: unknown) => (outcome as PublishOutput).rejected.map(({ message }) => message);

  it("park the batch under a separate error name", async () => {
    const { outcome, counts } = await open(50, { imports: refuse });
    expect(nameOf(outcome)).to.equal("FindingsRefusedAlike");
    expect(outcome).to.have.property("message").that.includes("all 50 findings").and.includes("should be shorter");
    expect(counts).to.deep.equal({ FindingsRefusedAlike: 1 });
  });

  it("include calls that are refused as a whole", async () => {
    const { outcome, calls } = await open(50, { imports: () => failure("InvalidInputException") });
    expect([nameOf(outcome), calls]).to.deep.equal(["FindingsRefusedAlike", 99]);
  });

  it("quarantine a single finding, with Security Hub's message", async () => {
    const { outcome, counts } = await open(1, { imports: refuse });
    expect(words(outcome)).to.deep.equal([`InvalidInput: data.X[3] should be shorter of ${idOf(1)}`]);
    expect(counts).to.deep.equal({ FindingsRejected: 1 });
  });

  it("quarantine the refused ones if one is accepted", async () => {
    const { outcome, counts } = await open(3, {
      imports: failing((id) => (id === idOf(2) ? undefined : "InvalidInput")),
    });
    expect(words(outcome)).to.have.length(2);
    expect(counts).to.deep.equal({ FindingsOpened: 1, FindingsRejected: 2 });
  });

  it("quarantine them if the messages differ", async () => {
    const { outcome } = await open(2, {
      imports: failing((id) => (id === idOf(1) ? "InvalidInput" : "FindingSizeExceeded")),
    });
    expect(words(outcome)).to.have.length(2);
  });

  const messages: [what: string, first: string, second: string, alike: boolean][] = [
    ["positions", "data.X[3] is bad", "data.X[12] is bad", true],
    ["Ids and nodes", "n1/f of n1 is bad", "n2/f of n2 is bad", true],
    ["fields", "data.X[3] is bad", "data.Y[3] is bad", false],
    ["limits", "longer than 512", "longer than 1024", false],
  ];
  for (const [what, first, second, alike] of messages) {
    it(`messages that differ in ${what} are ${alike ? "alike" : "not alike"}`, () => {
      const sent = ["n1", "n2"].map((id) => ({ nodeId: id, id: `${id}/f` }));
      const messageOf = new Map([
        ["n1/f", first],
        ["n2/f", second],
      ]);
      expect(refusedAlike(sent, messageOf) !== undefined).to.equal(alike);
    });
  }

  it("two findings of one node do not count as several nodes", () => {
    const sent = ["f", "f/blind-spot"].map((id) => ({ nodeId: "n1", id }));
    expect(refusedAlike(sent, new Map(sent.map(({ id }) => [id, "bad"])))).to.equal(undefined);
  });
});
