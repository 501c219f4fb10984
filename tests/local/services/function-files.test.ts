import { expect } from "chai";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionSettings, type FunctionSettings } from "../../../local/services/lambda/function-settings.ts";
import { Functions } from "../../../local/services/lambda/lambda.ts";

const HOST = { endpoint: "http://127.0.0.1:1", accessKeyId: "AKIA" };
/** Returns the text of a file beside the bundle, and the folder. */
const SOURCE = `
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const text = (name) => readFileSync(join(__dirname, name), "utf8");
exports.handler = () => ({
  folder: __dirname,
  file: __filename,
  text: readdirSync(__dirname).includes("more.json") ? text("more.json") : "none",
});
`;

interface Answer {
  readonly folder: string;
  readonly file: string;
  readonly text: string;
}

describe("the files of a function in the local cloud", () => {
  let folder: string;
  let functions: Functions;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "function-files-"));
    await writeFile(join(folder, "echo.cjs"), SOURCE);
    for (const text of ["one", "two"]) await writeFile(join(folder, `${text}.txt`), text);
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    functions = new Functions(() => () => undefined);
  });
  afterEach(() => functions.close());

  const settings = (name: string, files: Readonly<Record<string, string>>): FunctionSettings =>
    functionSettings({
      type: "aws:lambda/function:Function",
      name,
      id: name,
      region: "eu-west-1",
      arn: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
      inputs: {
        role: "arn:aws:iam::123456789012:role/r",
        handler: "echo.handler",
        runtime: "nodejs24.x",
        code: { "echo.cjs": join(folder, "echo.cjs"), ...files },
      },
    });

  async function answer(name: string): Promise<Answer> {
    const result = await functions.invoke(name, {});
    if (!result.ok) throw new Error(result.error.errorMessage);
    return result.payload as Answer;
  }

  it("stay where they are if there is only the bundle", async () => {
    functions.deploy(settings("alone", {}), HOST);
    expect(await answer("alone")).to.deep.equal({ folder, file: join(folder, "echo.cjs"), text: "none" });
  });

  it("are beside the bundle, and no other function sees them", async () => {
    functions.deploy(settings("first", { "more.json": join(folder, "one.txt") }), HOST);
    functions.deploy(settings("second", { "more.json": join(folder, "two.txt") }), HOST);
    const [first, second] = await Promise.all([answer("first"), answer("second")]);
    expect([first.text, second.text]).to.deep.equal(["one", "two"]);
    expect(first.folder).to.not.equal(second.folder);
    functions.close();
    expect([first, second].map(({ folder: copy }) => existsSync(copy))).to.deep.equal([false, false]);
    expect(existsSync(folder)).to.equal(true);
  });
});
