import { expect } from "chai";
import { checkFeatures, listOf, objectOf, statesOf } from "../../../local/services/step-functions/asl-features.ts";

const machine = (state: object): Record<string, unknown> => ({ StartAt: "Work", States: { Work: state } });
const pass = (fields: object) => machine({ Type: "Pass", ...fields });
const value = (text: string) => pass({ Parameters: { "a.$": text } });
const map = (fields: object, inner: object = { Type: "Pass", End: true }) =>
  machine({ Type: "Map", ItemProcessor: { StartAt: "Inner", States: { Inner: inner } }, ...fields });
const parallel = (inner: object) =>
  machine({ Type: "Parallel", Branches: [{ StartAt: "A", States: { A: { Type: "Pass" } } }, branch(inner)] });
const branch = (inner: object) => ({ StartAt: "Inner", States: { Inner: inner } });
const inner = (text: string) => ({ Type: "Pass", Parameters: { deep: [{ "a.$": text }] } });

const REFUSED: readonly [what: string, machine: Record<string, unknown>, message: RegExp][] = [
  ["a field of the machine", { ...pass({}), Assign: {} }, /^Error: the state machine: field Assign/],
  ["JSONata for the machine", { ...pass({}), QueryLanguage: "JSONata" }, /the state machine: QueryLanguage "JSONata"/],
  ["a type", machine({ Type: "Magic" }), /state Work: Type Magic/],
  ["a type of the prototype", machine({ Type: "constructor" }), /state Work: Type constructor/],
  ["no type", machine({}), /state Work: Type undefined/],
  ["variables", pass({ Assign: { a: 1 } }), /field Assign/],
  ["a time-out from the input", machine({ Type: "Task", TimeoutSecondsPath: "$.a" }), /field TimeoutSecondsPath/],
  ["a wait until a time", machine({ Type: "Wait", Timestamp: "2026-01-01T00:00:00Z" }), /field Timestamp/],
  ["a retrier's unknown field", map({ Retry: [{ ErrorEquals: ["A"], Jitter: "FULL" }] }), /Retry: field Jitter/],
  ["a catcher's unknown field", map({ Catch: [{ ErrorEquals: ["A"], Output: "" }] }), /Catch: field Output/],
  ["a catcher's ResultPath $", map({ Catch: [{ ErrorEquals: ["A"], ResultPath: "$" }] }), /Catch: ResultPath "\$"/],
  ["a catcher's States.ALL before others", map({ Catch: [all(), { ErrorEquals: ["A"] }] }), /Catch: States\.ALL must/],
  ["a retrier's States.ALL before others", map({ Retry: [all(), { ErrorEquals: ["A"] }] }), /Retry: States\.ALL must/],
  ["tolerated failures", map({ ToleratedFailureCount: 1 }), /field ToleratedFailureCount/],
  ["Iterator", map({ Iterator: branch({ Type: "Pass" }) }), /field Iterator/],
  [
    "a distributed Map",
    map({ ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" }, ...branch({ Type: "Pass" }) } }),
    /a Map of mode "DISTRIBUTED"/,
  ],
  [
    "a processor's unknown field",
    map({ ItemProcessor: { ...branch({ Type: "Pass" }), A: 1 } }),
    /ItemProcessor: field A/,
  ],
  ["a mistake inside a Map", map({}, inner("$.a[*]")), /state Inner, a\.\$: path \$\.a\[\*\]/],
  ["a mistake inside a Parallel", parallel(inner("$..a")), /state Inner, a\.\$: path \$\.\.a/],
  ["the execution's input inside a Map", map({}, inner("$$.Execution.Input.a")), /inside Map or Parallel/],
  ["the execution's input inside a Parallel", parallel(inner("$$.Execution.Input")), /inside Map or Parallel/],
  ["the item", map({ ItemSelector: { "a.$": "$$.Map.Item.Value" } }), /context path \$\$\.Map\.Item\.Value/],
  ["the task token", value("$$.Task.Token"), /context path \$\$\.Task\.Token/],
  ["a filter", value("$.a[?(@.b==1)]"), /path .* \(wildcards, filters and slices\)/],
  ["a slice", value("$.a[0:2]"), /path \$\.a\[0:2\]/],
  ["a path that ends badly", value("$.a."), /path \$\.a\./],
  ["a wildcard in ItemsPath", map({ ItemsPath: "$.*" }), /ItemsPath: path \$\.\*/],
  [
    "a wildcard in a choice",
    machine({ Type: "Choice", Choices: [{ Not: { Variable: "$.a[*]", IsPresent: true }, Next: "Work" }] }),
    /Variable: path \$\.a\[\*\]/,
  ],
  ["an unknown intrinsic function", value("States.Upper($.a)"), /intrinsic function States\.Upper/],
  ["JsonToString in an argument", value("States.Format('{}', States.JsonToString($.a))"), /States\.JsonToString/],
  ["a wildcard in an argument", value("States.Array($.a, $.b[*])"), /path \$\.b\[\*\]/],
  ["plain text where a path must be", value("hello"), /value "hello"/],
];

function all() {
  return { ErrorEquals: ["States.ALL"] };
}

const ACCEPTED: readonly [what: string, machine: Record<string, unknown>][] = [
  ["plain paths", value("$.a.b_c[0].d-e['f g']")],
  ["the execution's name", value("$$.Execution.Name")],
  ["the execution's input outside a Map", value("$$.Execution.Input.a")],
  ["intrinsic functions", value("States.Format('{} and {}', $.a, States.ArrayLength($.b))")],
  ["a quoted name of a function that is refused", value("States.Format('States.JsonToString(\\') {}', $.a)")],
  ["text that looks like a path, without .$", pass({ Parameters: { a: "$.a[*]" } })],
  ["States.ALL alone and last", map({ Retry: [{ ErrorEquals: ["A"] }, all()], Catch: [all()] })],
  ["JSONPath by name", { ...pass({ QueryLanguage: "JSONPath" }), QueryLanguage: "JSONPath" }],
  ["an inline Map", map({ MaxConcurrency: 5, ItemsPath: "$.items", ResultPath: null })],
  ["a Parallel", parallel(inner("$.a"))],
  ["a ResultPath below $", pass({ ResultPath: "$.a" })],
];

describe("the features of Amazon States Language that run locally", () => {
  for (const [what, definition, message] of REFUSED) {
    it(`leave out ${what}`, () => {
      let error: unknown;
      try {
        checkFeatures(definition);
      } catch (thrown) {
        error = thrown;
      }
      expect(String(error)).to.match(message);
    });
  }

  for (const [what, definition] of ACCEPTED) {
    it(`include ${what}`, () => expect(() => checkFeatures(definition)).not.to.throw());
  }

  it("are checked quickly, even with a path that is built to be slow", () => {
    const began = performance.now();
    expect(() => checkFeatures(value(`$${".a".repeat(50_000)}.`))).to.throw("wildcards");
    expect(performance.now() - began).to.be.lessThan(1000);
  });

  it("are found in every state, with the place", () => {
    const found = statesOf(parallel({ ...(map({}).States as { Work: object }).Work }));
    expect(found.map(({ name, nested }) => [name, nested])).to.deep.equal([
      ["Work", false],
      ["A", true],
      ["Inner", true],
      ["Inner", true],
    ]);
  });

  for (const odd of [null, undefined, "text", 1, ["a"]]) {
    it(`do not accept ${JSON.stringify(odd)} as an object`, () => expect(objectOf(odd)).to.deep.equal({}));
  }
  for (const odd of [null, undefined, "text", { length: 1 }]) {
    it(`do not accept ${JSON.stringify(odd)} as a list`, () => expect(listOf(odd)).to.deep.equal([]));
  }
});
