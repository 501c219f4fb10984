/** A real account, as commands see it: stand-ins behind one address, for SDK clients and for child processes. */
import type { Permissions } from "../local/admission.ts";
import { Admission } from "../local/admission.ts";
import { Ec2 } from "../local/ec2.ts";
import { checkFaults, FaultPlan } from "../local/faults.ts";
import { emptyFleet, type Fleet } from "../local/fleet.ts";
import { Gateway } from "../local/gateway.ts";
import { requiredPermissions } from "../local/iam-actions.ts";
import { isAllowed, parsePolicy } from "../local/iam.ts";
import { KeyManagement, type Key } from "../local/kms.ts";
import { LambdaAccount, type Concurrency } from "../local/lambda-account.ts";
import { SecurityHub, type SecurityHubOptions } from "../local/security-hub.ts";
import { SystemsManager } from "../local/ssm.ts";
import type { StandIn } from "../local/stand-in.ts";
import { SecurityTokens } from "../local/sts.ts";

const ACCESS_KEY = "AKIAADMINISTRATOR000";

export interface AccountOptions {
  /** Default: nothing is managed, in account 123456789012 and eu-west-1. */
  readonly fleet?: Fleet;
  /** Besides the fleet's findings. */
  readonly hub?: Partial<SecurityHubOptions>;
  /** Fault plan as its file has it. */
  readonly faults?: readonly object[];
  readonly keys?: readonly Key[];
  readonly concurrency?: Concurrency;
  /** The person's only policy; default: may do everything. */
  readonly policy?: string | object;
  /** Actions that the person may not do. */
  readonly denied?: readonly string[];
  readonly now?: () => Date;
}

export interface Account {
  readonly account: string;
  readonly region: string;
  readonly hub: SecurityHub;
  readonly admission: Admission;
  /** Address, Region and the person's credentials; one attempt each, for tests that do not wait. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  /** For child processes. Nothing of the caller's own AWS settings is in it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Mistakes of the stand-ins; a test that has any proves nothing. */
  readonly defects: readonly Error[];
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startAccount(options: AccountOptions = {}): Promise<Account> {
  const { fleet = emptyFleet("123456789012", "eu-west-1"), now = () => new Date() } = options;
  const { account, region } = fleet;
  const gateway = await Gateway.listen();
  const hub = new SecurityHub({ account, region, now, findings: [...fleet.findings], ...options.hub });
  // What arrives late in a run is there already.
  const ssm = new SystemsManager({ ...fleet, arrives: new Map() });
  const services = new Map<string, StandIn>([
    ["ssm", ssm],
    ["securityhub", hub],
    ["ec2", new Ec2(fleet.instances)],
    ["sts", new SecurityTokens()],
    ["kms", new KeyManagement(options.keys ?? [])],
    ["lambda", new LambdaAccount(options.concurrency ?? { limit: 1000, reserved: 0 })],
  ]);
  const plan = new FaultPlan(checkFaults(options.faults ?? [], "faults"), () => Date.now());
  const admission = new Admission(permissionsOf(options), plan);
  const person = { roleArn: `arn:aws:iam::${account}:role/Administrator` };
  gateway.serve({
    admission,
    account,
    identify: (key) => (key === ACCESS_KEY ? person : undefined),
    standIn: (service, where) => (where === region ? services.get(service) : undefined),
  });
  return {
    account,
    region,
    hub,
    admission,
    client: {
      endpoint: gateway.url,
      region,
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: "local" },
      maxAttempts: 1,
    },
    environment: environmentOf(gateway.url, region),
    defects: gateway.defects,
    close: async () => {
      ssm.close();
      await gateway.close();
    },
  };
}

function environmentOf(url: string, region: string): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return {
    PATH,
    HOME,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

function permissionsOf({ policy, denied = [] }: AccountOptions): Permissions {
  const policies = policy === undefined ? undefined : [parsePolicy(policy)];
  return {
    missing: ({ service, operation, input, caller }) => {
      // Everybody may ask who they are.
      if (service === "sts" && !denied.includes("sts:GetCallerIdentity")) return undefined;
      return requiredPermissions(service, operation, input, caller).find(
        (needed) => denied.includes(needed.action) || (policies !== undefined && !isAllowed(policies, needed).allowed),
      );
    },
  };
}
