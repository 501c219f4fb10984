import { expect } from "chai";
import { SSMClient } from "@aws-sdk/client-ssm";
import { allItems } from "../../../functions/systems-manager/pages.ts";
import { systemsManager } from "../../../functions/systems-manager/systems-manager.ts";

type Page = { readonly items?: readonly number[]; readonly NextToken?: string };

/** Yields these pages as a paginator does; an error in their place is thrown. */
async function* paginator(pages: readonly (Page | Error)[]): AsyncGenerator<Page> {
  for (const page of pages) yield await (page instanceof Error ? Promise.reject(page) : Promise.resolve(page));
}

const items = (...pages: (Page | Error)[]) => allItems(paginator(pages), (page) => page.items);

describe("allItems", () => {
  const complete: [name: string, pages: Page[], items: number[]][] = [
    ["one page", [{ items: [1] }], [1]],
    ["an empty answer", [{}], []],
    [
      "empty pages in the middle",
      [{ items: [1], NextToken: "a" }, { items: [], NextToken: "b" }, { NextToken: "c" }, { items: [2] }],
      [1, 2],
    ],
    [
      "a page of very many items",
      [{ items: Array.from({ length: 300_000 }, () => 0) }],
      Array<number>(300_000).fill(0),
    ],
  ];
  for (const [name, pages, expected] of complete) {
    it(`reads ${name}`, async () => {
      expect(await items(...pages)).to.deep.equal(expected);
    });
  }

  const partial: [name: string, pages: (Page | Error)[], message: RegExp][] = [
    ["a page that fails", [{ items: [1], NextToken: "a" }, new Error("throttled")], /^throttled$/],
    [
      "a repeated token",
      [
        { items: [1], NextToken: "a" },
        { items: [2], NextToken: "a" },
      ],
      /same page token twice/,
    ],
    ["a cycle of tokens", [{ NextToken: "a" }, { NextToken: "b" }, { NextToken: "a" }], /same page token twice/],
  ];
  for (const [name, pages, message] of partial) {
    it(`throws on ${name}: a partial list must not pass for a complete one`, async () => {
      const thrown: unknown = await items(...pages).catch((error: unknown) => error);
      expect(thrown).to.be.an.instanceOf(Error).with.property("message").that.matches(message);
    });
  }
});

describe("systemsManager: lists of several pages", () => {
  type Answer = Readonly<Record<string, unknown>>;

  /** Reads against these answers in turn; the page size and token of each request are kept. */
  function reads(...answers: Answer[]) {
    const asked: [size: unknown, token: unknown][] = [];
    const send = ({ input }: { readonly input: { readonly MaxResults?: number; readonly NextToken?: string } }) => {
      asked.push([input.MaxResults, input.NextToken]);
      return Promise.resolve(answers[asked.length - 1] ?? { NextToken: "again" });
    };
    return { asked, data: systemsManager(Object.assign(new SSMClient({ region: "eu-west-1" }), { send })) };
  }

  it("follows the tokens, and a blank token ends the list", async () => {
    const states = reads({ InstancePatchStates: [{ InstanceId: "i-1" }], NextToken: "a" }, { NextToken: "" });
    expect(await states.data.patchStates(["i-1"])).to.deep.equal([{ InstanceId: "i-1" }]);
    expect(states.asked).to.deep.equal([
      [100, undefined],
      [100, "a"],
    ]);
  });

  it("reads inventory entries, for which the SDK has no paginator", async () => {
    const inventory = reads({ Entries: [{ Id: "1" }], NextToken: "a" }, { Entries: [{ Id: "2" }] });
    expect(await inventory.data.inventory("i-1", "AWS:PatchSummary")).to.deep.equal([{ Id: "1" }, { Id: "2" }]);
    expect(inventory.asked).to.deep.equal([
      [50, undefined],
      [50, "a"],
    ]);
  });

  it("ends when the service repeats a token", async () => {
    const { asked, data } = reads();
    const thrown: unknown = await data.nodes(["i-1"]).catch((error: unknown) => error);
    expect(thrown)
      .to.be.an.instanceOf(Error)
      .with.property("message")
      .that.matches(/same page token twice/);
    expect(asked).to.have.length(2);
  });
});
