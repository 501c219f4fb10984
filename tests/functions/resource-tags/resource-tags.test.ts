import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { expect } from "chai";
import { nodeTags } from "../../../functions/resource-tags/resource-tags.ts";
import { nodeId } from "../../fixtures/node-fixtures.ts";

const SCOPE = { partition: "aws-cn", region: "cn-north-1", account: "111122223333" };
const instanceArn = (id: string): string => `arn:aws-cn:ec2:cn-north-1:111122223333:instance/${id}`;
const HYBRID = nodeId(1, "mi");
const HYBRID_ARN = `arn:aws-cn:ssm:cn-north-1:111122223333:managed-instance/${HYBRID}`;

interface Answer {
  readonly ResourceTagMappingList?: readonly object[];
  readonly PaginationToken?: string;
}

/** Answers instead of AWS, and records the requests. */
function answering(answer: (arns: readonly string[]) => Answer) {
  const requests: object[] = [];
  const client = new ResourceGroupsTaggingAPIClient({ region: SCOPE.region });
  client.send = ({ input }: GetResourcesCommand) => {
    requests.push(input);
    return Promise.resolve({ $metadata: {}, ...answer(input.ResourceARNList ?? []) });
  };
  return { requests, read: nodeTags(SCOPE, client) };
}

const mapping = (arn: string, Tags: object[] = [{ Key: "Env", Value: "test" }]) => ({ ResourceARN: arn, Tags });

describe("nodeTags", () => {
  it("asks once for 50 nodes, by their ARNs alone", async () => {
    const ids = [HYBRID, ...Array.from({ length: 49 }, (_, index) => nodeId(index))];
    const { read, requests } = answering((arns) => ({ ResourceTagMappingList: arns.map((arn) => mapping(arn)) }));
    expect([...(await read(ids)).keys()]).to.have.members(ids);
    expect(requests).to.deep.equal([{ ResourceARNList: [HYBRID_ARN, ...ids.slice(1).map(instanceArn)] }]);
  });

  it("returns keys and values as they are, and leaves out untagged and other resources", async () => {
    const tags = [
      { Key: "Env", Value: " Test " },
      { Key: "empty", Value: "" },
      { Key: "__proto__", Value: "x" },
    ];
    const { read } = answering(() => ({
      ResourceTagMappingList: [
        mapping(instanceArn(nodeId(1)), tags),
        // It had tags once.
        mapping(HYBRID_ARN, []),
        mapping("arn:aws-cn:ec2:cn-north-1:999999999999:instance/i-1"),
      ],
      PaginationToken: "",
    }));
    const found = await read([nodeId(1), nodeId(2), HYBRID]);
    expect([...found.keys()]).to.deep.equal([nodeId(1), HYBRID]);
    expect(Object.entries(found.get(nodeId(1)) ?? {})).to.deep.equal(tags.map(({ Key, Value }) => [Key, Value]));
    expect(found.get(HYBRID)).to.deep.equal({});
  });

  it("asks for shorter lists if the answer has only a part, and loses no tag", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => nodeId(index));
    const { read, requests } = answering((arns) => ({
      ResourceTagMappingList: arns.slice(0, 20).map((arn) => mapping(arn)),
      PaginationToken: arns.length > 20 ? "more" : "",
    }));
    expect([...(await read(ids)).keys()]).to.have.members(ids);
    // AWS refuses a token beside a list of ARNs.
    expect(requests.flatMap(Object.keys)).to.deep.equal(requests.map(() => "ResourceARNList"));
    expect(requests).to.have.lengthOf(7);
  });

  it("throws if even the answer for one node is only a part", async () => {
    const { read } = answering(() => ({ ResourceTagMappingList: [], PaginationToken: "more" }));
    const error: unknown = await read([HYBRID]).catch((reason: unknown) => reason);
    expect(error).to.have.property("name", "SystemsManagerUnavailable");
  });

  it("asks nothing without nodes", async () => {
    const { read, requests } = answering(() => ({}));
    expect([...(await read([])), ...requests]).to.deep.equal([]);
  });
});
