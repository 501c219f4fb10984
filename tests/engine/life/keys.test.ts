/** Changes of the queues' KMS key: after each operation of `pulumi up`, what may the roles decrypt? */
import { expect } from "chai";
import { moments, readJournal, type JournalEntry, type Moment } from "../provider/account/journal.ts";
import type { TrialStack } from "../trial/trial-stack.ts";
import { LiveStacks, ownSetting, REGION, success, TYPES } from "./live-stacks.ts";

const KEY = "arn:aws:kms:eu-west-1:123456789012:key/";
const A = `${KEY}aaaaaaaa-1111-2222-3333-444444444444`;
const B = `${KEY}bbbbbbbb-1111-2222-3333-444444444444`;
/** Messages of a queue without a key are encrypted by SQS itself. No role needs a permission for that. */
const NONE = "";

/** Keys by queue ARN. */
type Keys = ReadonlyMap<string, ReadonlySet<string>>;

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

describe("a change of the queues' KMS key", function () {
  this.timeout(600_000);
  const stacks = new LiveStacks();
  let stack: TrialStack;
  /** The keys with which waiting messages may be encrypted. */
  let waiting: Keys = new Map();
  before(async () => {
    stack = await stacks.create();
  });
  after(() => stacks.remove());

  const configure = async (setting: string, key: string, value: unknown): Promise<void> => {
    if (key === NONE) await stack.unset(ownSetting(setting));
    else await stack.configure(ownSetting(setting), JSON.stringify({ [REGION]: value }));
  };
  /** Deploys the two settings. @returns what a role lacked after one operation or another */
  const deploy = async (kmsKeys: string, additionalKmsKeys: string): Promise<readonly string[]> => {
    const begin = readJournal(stack.account).length;
    await configure("kmsKeys", kmsKeys, kmsKeys);
    await configure("additionalKmsKeys", additionalKmsKeys, [additionalKmsKeys]);
    await success(stack.up());
    const seen = [...moments(readJournal(stack.account))].slice(begin);
    const lacking: string[] = [];
    for (const moment of seen) {
      waiting = withKeysOf(moment, waiting);
      lacking.push(...lackingIn(moment, waiting));
    }
    return [...new Set(lacking)];
  };
  /** The messages that were sent so far are done. */
  const drain = (): void => {
    const now = [...moments(readJournal(stack.account))].at(-1);
    waiting = now === undefined ? new Map() : withKeysOf(now, new Map());
  };
  /** Which keys the queues have, each once. */
  const keysNow = () => [...new Set([...waiting.values()].flatMap((keys) => [...keys]))];

  describe("by the procedure of docs/deploy.md", () => {
    it("from SQS's own key to one of yours", async () => {
      expect(await deploy(NONE, NONE)).to.deep.equal([]);
      expect(await deploy(NONE, A)).to.deep.equal([]);
      expect(await deploy(A, NONE)).to.deep.equal([]);
      expect(keysNow()).to.have.members([NONE, A]);
    });

    it("from one key to another", async () => {
      expect(await deploy(A, B)).to.deep.equal([]);
      expect(await deploy(B, A)).to.deep.equal([]);
      expect(keysNow()).to.have.members([NONE, A, B]);
      drain();
      expect(keysNow()).to.deep.equal([B]);
      expect(await deploy(B, NONE)).to.deep.equal([]);
    });

    it("from a key back to SQS's own", async () => {
      expect(await deploy(NONE, B)).to.deep.equal([]);
      drain();
      expect(await deploy(NONE, NONE)).to.deep.equal([]);
      expect(keysNow()).to.deep.equal([NONE]);
    });

    it("replaces and deletes no queue", () => {
      const operations = readJournal(stack.account).filter(({ type }) => type === TYPES.queue);
      const [created, others] = [operations.slice(0, 4), operations.slice(4)];
      expect(created.map(({ operation }) => operation)).to.deep.equal(Array(4).fill("create"));
      expect(new Set(others.map(({ operation }) => operation))).to.deep.equal(new Set(["update"]));
    });
  });

  describe("without the procedure", () => {
    it("queues have a new key before the roles may use it", async () => {
      const lacking = await deploy(A, NONE);
      expect(lacking.filter((each) => each.endsWith(A))).to.not.be.empty;
    });

    it("roles lose the old key while messages are encrypted with it", async () => {
      await deploy(B, NONE);
      const after = [...moments(readJournal(stack.account))].at(-1);
      const lacking = after === undefined ? [] : lackingIn(after, waiting);
      expect(lacking).to.not.be.empty;
      expect(lacking.every((each) => each.endsWith(A))).to.equal(true);
    });
  });
});

/** Adds the keys that queues have at this moment to those of the messages in them. */
function withKeysOf({ resources }: Moment, waiting: Keys): Keys {
  const queues = resources.filter(({ type }) => type === TYPES.queue);
  return new Map(
    queues.map(({ inputs, computed }) => {
      const arn = String(computed["arn"]);
      return [arn, new Set([...(waiting.get(arn) ?? []), keyOf(inputs)])];
    }),
  );
}

function keyOf({ kmsMasterKeyId: key }: JournalEntry["inputs"]): string {
  return typeof key === "string" ? key : NONE;
}

/** Returns which role that uses a queue may not use a key of its messages. */
function lackingIn({ resources }: Moment, waiting: Keys): string[] {
  const policies = resources.filter(({ type }) => type === TYPES.policy);
  return policies.flatMap((policy) => {
    const allowed = keysOf(policy);
    return queuesOf(policy).flatMap((arn) =>
      [...(waiting.get(arn) ?? [])]
        .filter((key) => key !== NONE && !allowed.includes(key))
        .map((key) => `${policy.logicalName} ${arn.split(":").at(-1) ?? ""} ${key}`),
    );
  });
}

function statementsOf({ inputs }: JournalEntry): Statement[] {
  return (JSON.parse(String(inputs["policy"])) as { Statement: Statement[] }).Statement;
}

const resourcesOf = (policy: JournalEntry, matches: (actions: readonly string[]) => boolean): string[] =>
  statementsOf(policy)
    .filter(({ Action }) => matches([Action].flat()))
    .flatMap(({ Resource }) => Resource);

/** Queues that hold messages for a role. Counting messages needs no key. */
const queuesOf = (policy: JournalEntry): string[] =>
  resourcesOf(policy, (actions) => actions.some((action) => /^sqs:(Send|Receive)Message$/u.test(action)));

/** Keys with which a role may both send and receive. */
const keysOf = (policy: JournalEntry): string[] =>
  resourcesOf(policy, (actions) => ["kms:Decrypt", "kms:GenerateDataKey"].every((each) => actions.includes(each)));
