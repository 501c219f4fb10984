import { expect } from "chai";
import fc from "fast-check";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diagramTrouble, writeDiagram } from "../../commands/diagram.ts";
import { conditionInWords } from "../../presentation/state-machine/choice-condition.ts";
import { layoutStateMachine } from "../../presentation/state-machine/layout.ts";
import { stateMachineSvg } from "../../presentation/state-machine/svg.ts";
import { placeholders, renderDefinition } from "../../statemachine/definition.ts";
import {
  labelOverlaps,
  type Machine,
  machines,
  overlaps,
  statesOf,
  strayEdges,
  transitionsIn,
  transitionsOf,
} from "./state-machine-pictures.ts";

const ASL = "statemachine/patch-findings.asl.json";
const SVG = "docs/state-machine.svg";

const definition = JSON.parse(await readFile(ASL, "utf8")) as Machine;
const layout = await layoutStateMachine(definition);

describe("the state machine's picture", () => {
  it("has every state of the definition, once, with its retriers", () => {
    const drawn = layout.states.filter(({ kind }) => kind !== "start");
    expect(drawn.map(({ name, type, retriers }) => [name, type, retriers])).to.have.deep.members(
      statesOf(definition).map(([name, { Type, Retry = [] }]) => [name, Type, Retry.length]),
    );
  });

  it("has every transition of the definition, once", () => {
    expect(transitionsIn(layout)).to.have.members(transitionsOf(definition));
  });

  it("shows the main path as one straight line from top to bottom", () => {
    const names = ["Gather", "Evaluate", "ChooseSeverity", "Publish"];
    const path = names.map((wanted) => layout.states.find(({ name }) => name === wanted));
    expect(new Set(path.map((state) => state?.x)).size).to.equal(1);
    const heights = path.map((state) => state?.y ?? NaN);
    expect(heights).to.deep.equal(heights.toSorted((one, other) => one - other));
  });

  it("has no overlapping boxes, and no edge that crosses a box or misses its ends", () => {
    expect(overlaps(layout)).to.deep.equal([]);
    expect(strayEdges(layout)).to.deep.equal([]);
  });

  it("writes a label once if edges share a lane, and never over a label or a box", () => {
    // One for the lane to ParkForRedrive, one for Gather's to CanPark, one inside AskEc2.
    expect(layout.edges.filter(({ label, labelAt }) => label === "any error" && labelAt)).to.have.lengthOf(3);
    expect(labelOverlaps(layout)).to.deep.equal([]);
  });

  it("fits into a README's width", () => {
    // GitHub shows about 850 pixels of a README's width, and text of 12 pixels stays legible at three quarters of its size.
    expect(layout.width).to.be.below(1_130);
  });

  it("is the same with and without the placeholders' values", async () => {
    const values = Object.fromEntries(placeholders().map((name) => [name, `arn:aws-cn:x:${name}`]));
    const rendered: unknown = JSON.parse(renderDefinition(values, "aws-cn"));
    expect(await layoutStateMachine(rendered)).to.deep.equal(layout);
  });

  const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true };
  const refusals: { what: string; machine: unknown; error: RegExp }[] = [
    { what: "no machine", machine: [], error: /not a state machine's definition/ },
    { what: "no start", machine: { States: { A: task } }, error: /StartAt/ },
    { what: "an unknown type", machine: one({ Type: "Parallel" }), error: /state A has the Type "Parallel"; .*Choice/ },
    {
      what: "an unknown resource",
      machine: one({ ...task, Resource: "arn:aws:states:::sns:publish" }),
      error: /state A has the Resource "arn:aws:states:::sns:publish"; .*lambda:invoke, sqs:sendMessage/,
    },
    {
      what: "a transition to an unknown state",
      machine: one({ ...task, Next: "B" }),
      error: /A leads to "B", which is no state/,
    },
    { what: "a start that is no state", machine: { StartAt: "B", States: { A: task } }, error: /StartAt leads to "B"/ },
    {
      what: "a state that nothing leads to",
      machine: { StartAt: "A", States: { A: task, B: { ...task, Next: "A" } } },
      error: /nothing leads to the state B/,
    },
    {
      what: "a Map without states",
      machine: one({ Type: "Map", ItemProcessor: {}, End: true }),
      error: /not a state machine's definition/,
    },
  ];
  for (const { what, machine, error } of refusals) {
    it(`refuses ${what}`, async () => {
      const refusal: unknown = await layoutStateMachine(machine).catch((reason: unknown) => reason);
      expect(refusal).to.be.instanceOf(Error).with.property("message").that.matches(error);
    });
  }
  function one(state: Record<string, unknown>): unknown {
    return { StartAt: "A", States: { A: state } };
  }

  const conditions: [rule: Record<string, unknown>, words: string][] = [
    [{ Variable: "$.counts.invalid", NumericGreaterThan: 0, Next: "A" }, "invalid > 0"],
    [{ Variable: "$.a", NumericLessThanEqualsPath: "$.b.c", Next: "A" }, "a ≤ c"],
    [{ Variable: "$.a", IsPresent: false, Next: "A" }, "no a"],
    [{ Next: "A", Not: { Variable: "$.a", StringEquals: "x" } }, "not (a = x)"],
    [
      {
        Or: [
          { Variable: "$.a", IsPresent: true },
          { Variable: "$.b", StringMatches: "x*" },
        ],
      },
      "has a or b is like x*",
    ],
    [{ Variable: "$.a", IsNull: true, Next: "A" }, "a IsNull true"],
  ];
  for (const [rule, words] of conditions) {
    it(`describes a choice as ${JSON.stringify(words)}`, () => expect(conditionInWords(rule)).to.equal(words));
  }

  it("follows these rules for any state machine", async () => {
    await fc.assert(
      fc.asyncProperty(machines(), async (machine) => {
        const picture = await layoutStateMachine(machine);
        expect(transitionsIn(picture)).to.have.members(transitionsOf(machine));
        expect(overlaps(picture)).to.deep.equal([]);
        expect(strayEdges(picture)).to.deep.equal([]);
        expect(labelOverlaps(picture)).to.deep.equal([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the picture's file", () => {
  it("shows the state machine as it is now", async () => {
    expect(await diagramTrouble({ definition: ASL, picture: SVG })).to.equal(undefined);
  });

  it("is out of date when the state machine changes, and missing if the file does not exist", async () => {
    const folder = await mkdtemp(join(tmpdir(), "diagram-"));
    const files = { definition: join(folder, "machine.asl.json"), picture: join(folder, "picture.svg") };
    try {
      await copyFile(ASL, files.definition);
      expect(await diagramTrouble(files)).to.match(
        /picture\.svg does not exist; run npm run diagram to draw it again$/,
      );
      await writeDiagram(files);
      expect(await diagramTrouble(files)).to.equal(undefined);
      const text = await readFile(files.definition, "utf8");
      await writeFile(files.definition, text.replace('"Default": "AnyJudged"', '"Default": "Done"'));
      expect(await diagramTrouble(files)).to.match(/picture\.svg does not match .*machine\.asl\.json/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("draws no line below the box of a Map, which would cover the lines inside it", () => {
    const svg = stateMachineSvg(layout, "the state machine");
    expect(svg.lastIndexOf('<g class="map"')).to.be.within(0, svg.indexOf('<g class="edge'));
  });

  it("shows hostile names and comments as text", async () => {
    const hostile = `<script>alert("1")</script>&'\u0000\uD800]]>`;
    const svg = stateMachineSvg(
      await layoutStateMachine({
        StartAt: hostile,
        States: {
          [hostile]: { Type: "Choice", Comment: hostile, Choices: [{ Variable: hostile, IsPresent: true, Next: "B" }] },
          B: { Type: "Wait", Seconds: 1, Comment: "Long".repeat(500), Next: hostile },
        },
      }),
      hostile,
    );
    const tags = /<\/?[A-Za-z]+(?: [A-Za-z-]+="[^"<]*")*\/?>/g;
    expect(svg.isWellFormed()).to.equal(true);
    expect(svg.replace(tags, ""), "what is no tag").not.to.match(/<|[^\n\x20-\uFFFD]/);
    expect(new Set(svg.match(/<[a-z]+/gi))).to.have.all.keys(
      ["<svg", "<title", "<desc", "<style", "<defs", "<marker", "<path", "<rect", "<g", "<text"], // no other elements
    );
    expect(svg).to.include("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\uFFFD\uFFFD]]&gt;");
  });
});
