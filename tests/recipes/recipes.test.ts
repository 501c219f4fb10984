/** The recipes of docs/integrations.md, each against a stand-in of its vendor's API. */
import { expect } from "chai";
import { jira, serviceNow, slack, Vendor, type Ticket } from "./vendor.ts";

type Handler = (event: object) => Promise<void>;
interface Fake {
  readonly answer: Parameters<Vendor["reset"]>[0];
  readonly tickets: () => Ticket[];
}

const PRODUCT = "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default";
const HOSTILE = `" OR project = X ^active=true <!channel> <https://evil.example|x> & [code]<script>1</script>[/code]`;

/** An event about a finding. `minute` orders the changes. */
function event(change: string, minute: number, parts: object = {}): object {
  const finding = {
    ProductArn: PRODUCT,
    Id: "eu-west-1/123456789012/i-0a11c2e5d7f90b3a1",
    Title: "Noncompliant",
    Description: "Two patches are missing",
    UpdatedAt: `2026-12-01T06:${String(minute).padStart(2, "0")}:00.000Z`,
    RecordState: change === "closed" ? "ARCHIVED" : "ACTIVE",
    Severity: { Label: change === "closed" ? "INFORMATIONAL" : "HIGH" },
    Resources: [{ Id: "arn:aws:ec2:eu-west-1:123456789012:instance/i-0a11c2e5d7f90b3a1" }],
    ProductFields: { "PatchFindings/Change": change, "PatchFindings/ChangeId": `${change}-${minute}` },
    ...parts,
  };
  return { source: "aws.securityhub", detail: { findings: [finding] } };
}
const [opened, raised, closed, reopened] = [
  event("opened", 0),
  event("severity raised", 1, { Severity: { Label: "CRITICAL" } }),
  event("closed", 2),
  event("reopened", 3),
];
const accepted = event("accepted", 4, {
  ProductFields: {
    "PatchFindings/Change": "accepted",
    "PatchFindings/ChangeId": "accepted-4",
    "PatchFindings/AcceptedPatches": "KB5034441 accepted until 2026-12-31 by jane",
  },
});

const ENVIRONMENT = (url: string) => ({
  ...{ JIRA_URL: url, JIRA_USER: "bot", JIRA_TOKEN: "t", JIRA_PROJECT: "PATCH" },
  ...{ SERVICENOW_URL: url, SERVICENOW_USER: "bot", SERVICENOW_PASSWORD: "p" },
  ...{ SLACK_URL: url, SLACK_TOKEN: "xoxb", SLACK_CHANNEL: "C1" },
});

const RECIPES: [name: string, make: () => Fake, escaped: (text: string) => void][] = [
  ["jira", jira, (text) => expect(text).to.include("project = X")],
  ["servicenow", serviceNow, (text) => expect(text).to.not.include("[code]")],
  ["slack", slack, (text) => expect(text).to.not.match(/<[!h]/)],
];

for (const [name, make, isEscaped] of RECIPES) {
  describe(`docs/recipes/${name}.mjs`, () => {
    let vendor: Vendor;
    let fake: Fake;
    let handler: Handler;
    let loads = 0;
    before(async () => {
      vendor = await Vendor.listen();
    });
    after(() => vendor.close());
    beforeEach(async () => {
      fake = make();
      vendor.reset(fake.answer);
      await coldStart();
    });

    /** A recipe reads the environment once, and may remember what it created. */
    async function coldStart(): Promise<void> {
      const before = { ...process.env };
      Object.assign(process.env, ENVIRONMENT(vendor.url));
      try {
        ({ handler } = (await import(`../../docs/recipes/${name}.mjs?${String((loads += 1))}`)) as {
          handler: Handler;
        });
      } finally {
        process.env = before;
      }
    }
    const send = async (...events: readonly object[]): Promise<void> => {
      for (const each of events) await handler(each);
    };
    const only = (): Ticket => {
      const tickets = fake.tickets();
      expect(tickets).to.have.lengthOf(1);
      return tickets[0] as Ticket;
    };

    it("opens, closes and reopens one ticket", async () => {
      await send(opened);
      expect(only()).to.include({ open: true });
      await send(raised);
      expect(only().text).to.include("CRITICAL");
      await send(closed);
      expect(only()).to.include({ open: false });
      await coldStart();
      await send(reopened);
      expect(only()).to.include({ open: true });
    });

    it("changes nothing for what it has seen already: twice the same, or a person's edit", async () => {
      await send(opened, closed);
      const before = JSON.stringify(fake.tickets());
      await send(closed, event("closed", 2, { Note: { Text: "a person's" } }));
      expect(JSON.stringify(fake.tickets())).to.equal(before);
    });

    it("ignores what is out of date, also if it closed before it saw it open", async () => {
      await send(closed, opened);
      expect(only()).to.include({ open: false });
      await send(reopened, raised, closed);
      expect(only()).to.include({ open: true });
    });

    it("comes to the same state in any order", async () => {
      await send(accepted, reopened, closed, raised, opened);
      expect(only()).to.include({ open: true });
    });

    it("tells about accepted patches", async () => {
      await send(opened, accepted);
      expect(only().notes.join()).to.include("accepted until 2026-12-31 by jane");
    });

    it("comes to the same state if the API fails at any request and the event is sent again", async () => {
      for (let failing = 1; failing <= 16; failing += 1) {
        fake = make();
        vendor.reset(fake.answer);
        await coldStart();
        vendor.failing = new Set([failing]);
        for (const each of [opened, raised, closed]) {
          const failed = await handler(each).then(
            () => false,
            () => true,
          );
          if (failed) await send(each);
        }
        expect(only(), `request ${failing}`).to.include({ open: false });
      }
    });

    it("reads events through SNS, and through SNS and SQS", async () => {
      const Message = JSON.stringify(opened);
      await send({ Records: [{ Sns: { Message } }] });
      await send({ Records: [{ body: JSON.stringify({ Type: "Notification", Message: JSON.stringify(closed) }) }] });
      await send({ Records: [{ body: JSON.stringify(reopened) }] });
      expect(only()).to.include({ open: true });
    });

    it("keeps findings apart, and their texts harmless", async () => {
      const another = { Id: HOSTILE, Title: HOSTILE, Description: HOSTILE };
      await send(
        opened,
        event("opened", 0, another),
        event("opened", 0, { Id: "a third" }),
        event("closed", 5, another),
      );
      const tickets = fake.tickets();
      expect(tickets.map(({ open }) => open)).to.deep.equal([true, false, true]);
      isEscaped(tickets[1]?.text ?? "");
      const queries = vendor.requests.map(({ url, body }) => `${url.search} ${String(body["jql"])}`);
      expect(queries.filter((query) => query.includes("active=true") || query.includes("project = X"))).to.deep.equal(
        [],
      );
    });
  });
}
