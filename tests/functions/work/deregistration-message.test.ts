import { expect } from "chai";
import { readWorkMessage } from "../../../functions/work/work-message.ts";
import { UnreadableMessage } from "../../../functions/runtime/errors.ts";
import { NODE } from "../../fixtures/node-fixtures.ts";

type Detail = Record<string, unknown>;

const SCOPE = { account: "111122223333", region: "us-east-2" };
const HYBRID = "mi-0123456789abcdef0";

function body(detail: Detail, more: Detail = {}): string {
  const head = { version: "0", source: "aws.ssm", "detail-type": "SSM Managed Instance Deregistration" };
  return JSON.stringify({ ...head, time: "2026-07-10T21:51:32Z", detail, ...more });
}

describe("readWorkMessage: deregistrations", () => {
  const OTHER = "mi-0123456789abcdef1";
  const arn = (id: string) => `arn:aws:ssm:us-east-2:111122223333:managed-instance/${id}`;
  const cases: [name: string, detail: Detail, more: Detail, ids: readonly string[]][] = [
    ["an id in detail", { "instance-id": HYBRID }, {}, [HYBRID]],
    ["an id under any key", { managedInstance: { Id: HYBRID, Name: "web-1" } }, {}, [HYBRID]],
    ["ids in lists", { instances: [[HYBRID], { id: OTHER }] }, {}, [HYBRID, OTHER]],
    ["an ARN in detail", { arn: arn(HYBRID) }, {}, [HYBRID]],
    ["an ARN in resources", {}, { resources: [arn(HYBRID)] }, [HYBRID]],
    ["the same id twice", { "instance-id": HYBRID }, { resources: [arn(HYBRID)] }, [HYBRID]],
    ["an EC2 instance", { "instance-id": NODE }, {}, [NODE]],
    ["resources that are no list", { "instance-id": HYBRID }, { resources: arn(OTHER) }, [OTHER, HYBRID]],
  ];
  for (const [name, detail, more, ids] of cases) {
    it(`reads ${name}`, () => {
      const claim = { attempts: 0, removed: "deregistered", removedAt: "2026-07-10T21:51:32Z" };
      const expected = ids.map((id) => ({ nodeId: id, ...claim }));
      expect(readWorkMessage(body(detail, more), SCOPE)).to.have.deep.members(expected);
    });
  }

  it("reads neither long lists to the end, nor deep ones without end", () => {
    const nested = "[".repeat(5_000) + `"${HYBRID}"` + "]".repeat(5_000);
    const deep = body({}).replace('"detail":{}', `"detail":{"a":${nested}}`);
    const long = body({ ids: [...Array<string>(1_000).fill("x"), HYBRID] });
    for (const text of [deep, long]) expect(() => readWorkMessage(text, SCOPE)).to.throw(/^the event names no managed/);
  });

  it("refuses an event without a node, and those of others", () => {
    expect(() => readWorkMessage(body({ id: "mi-1" }), SCOPE)).to.throw(
      UnreadableMessage,
      /^the event names no managed/,
    );
    const foreign = body({ id: HYBRID }, { account: "999999999999" });
    expect(() => readWorkMessage(foreign, SCOPE)).to.throw(UnreadableMessage, /^the event's account is "9+"/);
  });
});
