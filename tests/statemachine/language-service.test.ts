/** The raw definition, read as Workflow Studio and the AWS Toolkit read it: with AWS's own language service. */
import { readFileSync } from "node:fs";
import languageService from "amazon-states-language-service";
import { expect } from "chai";

const FILE = new URL("../../statemachine/patch-findings.asl.json", import.meta.url);
const TEXT = readFileSync(FILE, "utf8");
const { getLanguageService, TextDocument } = languageService;
const service = getLanguageService({});

/** Returns every diagnostic as the text that the editor underlines, and the message. */
async function diagnosticsOf(text: string): Promise<string[]> {
  const document = TextDocument.create(FILE.href, "asl", 1, text);
  const found = await service.doValidation(document, service.parseJSONDocument(document));
  return found.map(
    ({ range, message }) => `${document.getText(range)}: ${typeof message === "string" ? message : message.value}`,
  );
}

/** One edit for each kind of mistake, and the start of the diagnostic that it causes. */
const MISTAKES: readonly { what: string; from: string; to: string; diagnostic: RegExp }[] = [
  {
    what: "an unknown state in Next",
    from: '"Next": "Publish"',
    to: '"Next": "Publsh"',
    diagnostic: /^"Publsh": .*Next/m,
  },
  {
    what: "a state that cannot be reached",
    from: '"Next": "Publish"',
    to: '"Next": "Done"',
    diagnostic: /^"Publish": .*reached/m,
  },
  {
    what: "an unknown first state",
    from: '"StartAt": "Gather",',
    to: '"StartAt": "Start",',
    diagnostic: /^"Start": .*StartAt/m,
  },
  {
    what: "an unknown field of a state",
    from: '"TimeoutSeconds": 330',
    to: '"TimeOut": 330',
    diagnostic: /^"TimeOut": .*not supported/m,
  },
  {
    what: "an unknown field of the machine",
    from: '"StartAt"',
    to: '"Name": "x", "StartAt"',
    diagnostic: /^"Name": .*not supported/m,
  },
  {
    what: "an unknown state type",
    from: '"Type": "Wait"',
    to: '"Type": "Pause"',
    diagnostic: /^"Pause": .*not accepted/m,
  },
  { what: "broken JSON", from: '"StartAt":', to: '"StartAt"', diagnostic: /Colon expected/ },
];

describe("the state machine's file in Workflow Studio", () => {
  it("has no diagnostics, with its placeholders", async () => {
    expect(TEXT).to.include("${GatherFunctionArn}");
    expect(await diagnosticsOf(TEXT)).to.deep.equal([]);
  });

  for (const { what, from, to, diagnostic } of MISTAKES) {
    it(`would have a diagnostic for ${what}`, async () => {
      const text = TEXT.replace(from, to);
      expect(text).not.to.equal(TEXT);
      expect((await diagnosticsOf(text)).join("\n")).to.match(diagnostic);
    });
  }
});
