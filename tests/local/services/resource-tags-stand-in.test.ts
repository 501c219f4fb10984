import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
  type GetResourcesCommandInput,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { expect } from "chai";
import { Admission } from "../../../local/gateway/admission.ts";
import { Gateway } from "../../../local/gateway/gateway.ts";
import { ResourceTags } from "../../../local/services/resource-tags/resource-tags.ts";
import { nodeId } from "../../fixtures/node-fixtures.ts";

const [TAGGED, UNTAGGED, HYBRID] = [nodeId(1), nodeId(2), nodeId(3, "mi")];
const instanceArn = (id: string, place = "eu-west-1:123456789012"): string => `arn:aws:ec2:${place}:instance/${id}`;
const hybridArn = (id: string): string => `arn:aws:ssm:eu-west-1:123456789012:managed-instance/${id}`;
const tags = new Map([
  [TAGGED, { Env: "test", Team: "" }],
  [HYBRID, { Env: "prod" }],
]);

describe("tagging API stand-in, asked by the real SDK", () => {
  let gateway: Gateway;
  let client: ResourceGroupsTaggingAPIClient;
  before(async () => {
    gateway = await Gateway.listen();
    gateway.serve({
      admission: new Admission({ missing: () => undefined }),
      account: "123456789012",
      identify: () => ({ roleArn: "arn:aws:iam::123456789012:role/r" }),
      standIn: (service) =>
        service === "tag" ? new ResourceTags({ account: "123456789012", region: "eu-west-1", tags }) : undefined,
    });
    client = new ResourceGroupsTaggingAPIClient({
      endpoint: gateway.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "x", secretAccessKey: "y" },
      maxAttempts: 1,
    });
  });
  after(async () => {
    client.destroy();
    await gateway.close();
  });

  it("returns the tags of the named resources, and omits untagged and unknown ones", async () => {
    const ResourceARNList = [TAGGED, UNTAGGED, nodeId(9)].map((id) => instanceArn(id));
    const others = [instanceArn(TAGGED, "us-east-1:123456789012"), instanceArn(TAGGED, "eu-west-1:999999999999")];
    const swapped = [hybridArn(TAGGED), instanceArn(HYBRID)];
    const answer = await client.send(
      new GetResourcesCommand({ ResourceARNList: [...ResourceARNList, hybridArn(HYBRID), ...others, ...swapped] }),
    );
    expect(answer.ResourceTagMappingList).to.deep.equal([
      {
        ResourceARN: instanceArn(TAGGED),
        Tags: [
          { Key: "Env", Value: "test" },
          { Key: "Team", Value: "" },
        ],
      },
      { ResourceARN: hybridArn(HYBRID), Tags: [{ Key: "Env", Value: "prod" }] },
    ]);
    expect(answer.PaginationToken).to.equal("");
  });

  const arns = [instanceArn(TAGGED)];
  for (const [what, request] of [
    ["a page token beside ARNs", { ResourceARNList: arns, PaginationToken: "x" }],
    ["a page size beside ARNs", { ResourceARNList: arns, ResourcesPerPage: 50 }],
    ["tag filters beside ARNs", { ResourceARNList: arns, TagFilters: [{ Key: "Env" }] }],
    ["resource types beside ARNs", { ResourceARNList: arns, ResourceTypeFilters: ["ec2:instance"] }],
    ["more than 100 ARNs", { ResourceARNList: Array.from({ length: 101 }, (_, index) => instanceArn(nodeId(index))) }],
    ["what is no ARN", { ResourceARNList: [TAGGED] }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const error: unknown = await client
        .send(new GetResourcesCommand(request as GetResourcesCommandInput))
        .catch((reason: unknown) => reason);
      expect(error).to.have.property("name", "InvalidParameterException");
    });
  }
});
