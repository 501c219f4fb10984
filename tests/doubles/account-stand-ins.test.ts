import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  DescribeHubCommand,
  DisableImportFindingsForProductCommand,
  EnableImportFindingsForProductCommand,
  GetFindingAggregatorCommand,
  ListFindingAggregatorsCommand,
  ListStandardsControlAssociationsCommand,
  paginateGetInsights,
  paginateListEnabledProductsForImport,
  SecurityHubClient,
} from "@aws-sdk/client-securityhub";
import { DescribeInstanceInformationCommand, GetMaintenanceWindowCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { emptyFleet } from "../../local/fleet/fleet.ts";
import { startAccount, type Account, type AccountOptions } from "../fixtures/account-fixture.ts";

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const NATIVE = `arn:aws:securityhub:${REGION}:${ACCOUNT}:product-subscription/aws/ssm-patch-manager`;
const PRODUCT = `arn:aws:securityhub:${REGION}::product/aws/ssm-patch-manager`;
const FSBP = `arn:aws:securityhub:${REGION}::standards/aws-foundational-security-best-practices/v/1.0.0`;

describe("stand-ins of a real account, asked by the real SDK", () => {
  let account: Account;
  const clients: { destroy(): void }[] = [];
  const start = async (options: AccountOptions = {}) => {
    account = await startAccount(options);
    return account.client;
  };
  const kept = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await account.close();
    expect(account.defects).to.deep.equal([]);
  });

  const failure = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => {
        throw new Error("the call should have failed");
      },
      (error: unknown) => error,
    );

  it("identifies the caller, whatever its permissions", async () => {
    const sts = kept(new STSClient(await start({ policy: policyOf("ssm:ListAssociations") })));
    expect(await sts.send(new GetCallerIdentityCommand({}))).to.include({
      Account: ACCOUNT,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Administrator/local`,
    });
  });

  it("refuses unknown credentials, with the error name of each service", async () => {
    const settings = { ...(await start()), credentials: { accessKeyId: "AKIAOTHER", secretAccessKey: "x" } };
    const identity = await failure(kept(new STSClient(settings)).send(new GetCallerIdentityCommand({})));
    expect(identity).to.include({ name: "InvalidClientTokenId" });
    expect(identity).to.have.nested.property("$metadata.httpStatusCode", 403);
    const key = await failure(kept(new KMSClient(settings)).send(new DescribeKeyCommand({ KeyId: KEY })));
    expect(key).to.include({ name: "UnrecognizedClientException" });
  });

  it("breaks and denies calls as planned", async () => {
    const settings = await start({
      faults: [{ service: "sts", count: 1, kind: "error", status: 403, code: "ExpiredToken" }],
      denied: ["lambda:GetAccountSettings", "sts:GetCallerIdentity"],
    });
    const sts = kept(new STSClient(settings));
    expect(await failure(sts.send(new GetCallerIdentityCommand({})))).to.include({ name: "ExpiredToken" });
    expect(await failure(sts.send(new GetCallerIdentityCommand({})))).to.include({ name: "AccessDenied" });
    const lambda = await failure(kept(new LambdaClient(settings)).send(new GetAccountSettingsCommand({})));
    expect(lambda).to.include({ name: "AccessDeniedException" });
    expect(lambda)
      .to.have.property("message")
      .that.includes("is not authorized to perform: lambda:GetAccountSettings on resource: *");
  });

  it("limits a person to a policy", async () => {
    const ssm = kept(new SSMClient(await start({ policy: policyOf("ssm:DescribeInstanceInformation") })));
    await ssm.send(new DescribeInstanceInformationCommand({}));
    const window = ssm.send(new GetMaintenanceWindowCommand({ WindowId: "mw-0123456789abcdef0" }));
    expect(await failure(window)).to.include({ name: "AccessDeniedException" });
  });

  it("returns Lambda's concurrency", async () => {
    const lambda = kept(new LambdaClient(await start({ concurrency: { limit: 1000, reserved: 250 } })));
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit).to.include({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 750 });
  });

  it("describes keys, and has their policies", async () => {
    const kms = kept(new KMSClient(await start({ keys: [{ arn: KEY, state: "Disabled", policy: "{}" }] })));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: KEY }));
    expect(KeyMetadata).to.include({ Arn: KEY, Enabled: false, KeyState: "Disabled", KeySpec: "SYMMETRIC_DEFAULT" });
    expect(await kms.send(new GetKeyPolicyCommand({ KeyId: KEY }))).to.include({ Policy: "{}" });
    for (const KeyId of [KEY.replace("1234abcd", "0000abcd"), "alias/none"]) {
      expect(await failure(kms.send(new DescribeKeyCommand({ KeyId })))).to.include({ name: "NotFoundException" });
    }
  });

  it("returns its maintenance windows", async () => {
    const window = { WindowId: "mw-0123456789abcdef0", Name: "sunday", Enabled: true, Duration: 3, Cutoff: 1 };
    const ssm = kept(new SSMClient(await start({ fleet: { ...emptyFleet(ACCOUNT, REGION), windows: [window] } })));
    expect(await ssm.send(new GetMaintenanceWindowCommand({ WindowId: window.WindowId }))).to.include(window);
    const ask = (WindowId: string) => failure(ssm.send(new GetMaintenanceWindowCommand({ WindowId })));
    expect(await ask("mw-0123456789abcdef1")).to.include({ name: "DoesNotExistException" });
    expect(await ask("mw-1")).to.include({ name: "ValidationException" });
  });

  it("subscribes to products, and ends it", async () => {
    const hub = kept(new SecurityHubClient(await start()));
    const enable = () => hub.send(new EnableImportFindingsForProductCommand({ ProductArn: PRODUCT }));
    const disable = () => hub.send(new DisableImportFindingsForProductCommand({ ProductSubscriptionArn: NATIVE }));
    const isOn = async () => {
      for await (const { ProductSubscriptions = [] } of paginateListEnabledProductsForImport(
        { client: hub, pageSize: 1 },
        {},
      )) {
        if (ProductSubscriptions.includes(NATIVE)) return true;
      }
      return false;
    };
    expect(await isOn()).to.equal(true);
    expect(await failure(enable())).to.include({ name: "ResourceConflictException" });
    await disable();
    expect(await isOn()).to.equal(false);
    expect(await failure(disable())).to.include({ name: "ResourceNotFoundException" });
    expect(await enable()).to.include({ ProductSubscriptionArn: NATIVE });
    expect(await isOn()).to.equal(true);
  });

  it("returns standards that have a control, the aggregator and insights", async () => {
    const settings = {
      controls: [{ standardsArn: FSBP, controlId: "SSM.2", status: "DISABLED" }] as const,
      aggregator: { region: "eu-central-1", mode: "SPECIFIED_REGIONS", regions: [REGION] } as const,
      insights: Array.from({ length: 30 }, (_, index) => `insight-${index}`),
    };
    const hub = kept(new SecurityHubClient(await start({ hub: { settings } })));
    const ask = (SecurityControlId: string) =>
      hub.send(new ListStandardsControlAssociationsCommand({ SecurityControlId }));
    const { StandardsControlAssociationSummaries } = await ask("SSM.2");
    expect(StandardsControlAssociationSummaries).to.have.length(1);
    expect(StandardsControlAssociationSummaries?.[0]).to.include({ StandardsArn: FSBP, AssociationStatus: "DISABLED" });
    expect((await ask("SSM.1")).StandardsControlAssociationSummaries).to.deep.equal([]);
    const { FindingAggregators: [found] = [] } = await hub.send(new ListFindingAggregatorsCommand({}));
    const { FindingAggregatorArn } = found ?? {};
    expect(await hub.send(new GetFindingAggregatorCommand({ FindingAggregatorArn }))).to.deep.include({
      FindingAggregationRegion: "eu-central-1",
      Regions: [REGION],
    });
    let insights = 0;
    for await (const page of paginateGetInsights({ client: hub }, {})) insights += page.Insights?.length ?? 0;
    expect(insights).to.equal(30);
  });

  it("refuses every call if the hub is off", async () => {
    const hub = kept(new SecurityHubClient(await start({ hub: { enabled: false } })));
    for (const call of [hub.send(new DescribeHubCommand({})), hub.send(new ListFindingAggregatorsCommand({}))]) {
      expect(await failure(call)).to.include({ name: "InvalidAccessException" });
    }
  });
});

function policyOf(Action: string) {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: [Action], Resource: "*" }] };
}
