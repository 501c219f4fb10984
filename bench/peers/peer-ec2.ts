/** EC2 and the Security Token Service as the peers use them: instances with details and tags, Regions, and the caller. */
import type { Fleet } from "../../local/fleet/fleet.ts";
import { ServiceError, type Caller, type StandIn } from "../../local/gateway/stand-in.ts";

const MAX_PAGE = 1000;

/** Prowler lists all of these before it runs any check that names instances. The account has none of them. */
const EMPTY: Readonly<Record<string, object>> = {
  DescribeAddresses: { addressesSet: [] },
  DescribeClientVpnEndpoints: { clientVpnEndpoint: [] },
  DescribeImages: { imagesSet: [] },
  DescribeLaunchTemplates: { launchTemplates: [] },
  DescribeNetworkAcls: { networkAclSet: [] },
  DescribeNetworkInterfaces: { networkInterfaceSet: [] },
  DescribeSecurityGroups: { securityGroupInfo: [] },
  DescribeSnapshots: { snapshotSet: [] },
  DescribeTransitGateways: { transitGatewaySet: [] },
  DescribeVolumes: { volumeSet: [] },
  GetEbsEncryptionByDefault: { ebsEncryptionByDefault: true },
  GetImageBlockPublicAccessState: { imageBlockPublicAccessState: "block-new-sharing" },
  GetInstanceMetadataDefaults: { accountLevel: {} },
  GetSnapshotBlockPublicAccessState: { state: "block-all-sharing" },
};

/** Tags by instance id. They outlive a change of the fleet. */
export type InstanceTags = Map<string, Map<string, string>>;

/** The running EC2 instances of a fleet. */
export class PeerEc2 implements StandIn {
  readonly #fleet: Fleet;
  readonly #instanceIds: readonly string[];
  readonly #tags: InstanceTags;

  constructor(fleet: Fleet, tags: InstanceTags) {
    this.#fleet = fleet;
    this.#instanceIds = fleet.nodes.map(({ InstanceId }) => InstanceId).filter((id) => id.startsWith("i-"));
    this.#tags = tags;
  }

  call(operation: string, input: Record<string, unknown>): unknown {
    switch (operation) {
      case "DescribeInstances":
        return this.#describeInstances(input);
      case "DescribeRegions":
        return this.#describeRegions();
      case "CreateTags":
        return this.#createTags(input);
      case "DescribeInstanceAttribute":
        return { instanceId: input["InstanceId"], userData: {} };
      default:
        if (EMPTY[operation] !== undefined) return EMPTY[operation];
        throw new ServiceError("UnauthorizedOperation", `The benchmark does not support ec2:${operation}.`, 403);
    }
  }

  #describeInstances(input: Record<string, unknown>): unknown {
    const asked = new Set(Array.isArray(input["InstanceIds"]) ? input["InstanceIds"] : []);
    const found = this.#instanceIds.filter((id) => asked.size === 0 || asked.has(id));
    const start = Number(input["NextToken"] ?? 0);
    const end = start + Math.min(Number(input["MaxResults"] ?? MAX_PAGE), MAX_PAGE);
    return {
      reservationSet: found.slice(start, end).map((id) => this.#reservation(id)),
      nextToken: end < found.length ? String(end) : undefined,
    };
  }

  #reservation(instanceId: string): unknown {
    const { account, region } = this.#fleet;
    const tags = [["Name", `node ${instanceId}`], ...(this.#tags.get(instanceId) ?? [])];
    const instance = {
      instanceId,
      imageId: "ami-0123456789abcdef0",
      instanceState: { code: 16, name: "running" },
      privateDnsName: `${instanceId}.${region}.compute.internal`,
      instanceType: "t3.medium",
      launchTime: "2026-01-12T03:04:05.000Z",
      placement: { availabilityZone: `${region}a`, tenancy: "default" },
      monitoring: { state: "disabled" },
      subnetId: "subnet-0123456789abcdef0",
      vpcId: "vpc-0123456789abcdef0",
      privateIpAddress: "10.0.0.10",
      architecture: "x86_64",
      rootDeviceType: "ebs",
      rootDeviceName: "/dev/xvda",
      metadataOptions: { state: "applied", httpTokens: "required", httpEndpoint: "enabled" },
      tagSet: tags.map(([key, value]) => ({ key, value })),
    };
    return { reservationId: `r-${instanceId.slice(2)}`, ownerId: account, instancesSet: [instance] };
  }

  #describeRegions(): unknown {
    const { region } = this.#fleet;
    const endpoint = `ec2.${region}.amazonaws.com`;
    return { regionInfo: [{ regionName: region, regionEndpoint: endpoint, optInStatus: "opt-in-not-required" }] };
  }

  #createTags(input: Record<string, unknown>): unknown {
    const numbered = (pattern: RegExp): string[] =>
      Object.entries(input).flatMap(([key, value]) => (pattern.test(key) ? [String(value)] : []));
    const keys = numbered(/^Tag\.\d{1,4}\.Key$/);
    const values = numbered(/^Tag\.\d{1,4}\.Value$/);
    for (const id of numbered(/^ResourceId\.\d{1,4}$/)) {
      const tags = this.#tags.get(id) ?? new Map<string, string>();
      for (const [index, key] of keys.entries()) tags.set(key, values[index] ?? "");
      this.#tags.set(id, tags);
    }
    return { return: true };
  }
}

/** Tells a caller that it is an IAM user of the account. */
export class PeerTokens implements StandIn {
  call(operation: string, _input: Record<string, unknown>, { account, roleArn }: Caller): unknown {
    if (operation !== "GetCallerIdentity") {
      throw new ServiceError("AccessDenied", `The benchmark does not support sts:${operation}.`, 403);
    }
    return { Arn: roleArn, UserId: "AIDAEXAMPLEUSERID0000", Account: account };
  }
}
