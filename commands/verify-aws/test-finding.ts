/** The one finding that `--write` imports, changes and archives. */
import {
  BatchImportFindingsCommand,
  BatchUpdateFindingsCommand,
  GetFindingsCommand,
  type AwsSecurityFinding,
  type SecurityHubClient,
} from "@aws-sdk/client-securityhub";
import { equalsAny } from "../../functions/security-hub/filters.ts";
import { productArn } from "../../functions/security-hub/asff/finding-identity.ts";
import { failureKind } from "../../functions/runtime/failure.ts";
import { findingScope } from "../account/own-findings.ts";
import type { HubScope } from "../account/hub.ts";

/** Begins the Id, and is the GeneratorId: neither is one of the program's, so no function takes the finding for its own. */
export const TEST_PROGRAM = "patch-manager-findings-verify-aws";
/** A resource that does not exist. */
const RESOURCE = { Type: "Other", Id: "verify-aws-test-resource-that-does-not-exist" } as const;

export interface TestFindingPorts {
  readonly client: SecurityHubClient;
  readonly scope: HubScope;
  readonly now: () => Date;
  /** Resolves early if the signal is aborted. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly interrupted: AbortSignal;
}

/** The person pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Security Hub refused the test finding, or did not do what a later step needs. */
export class TrialStopped extends Error {
  override readonly name = "TrialStopped";
}

type Change = Partial<AwsSecurityFinding>;

/** Reads until a change is shown, and the milliseconds between them: one minute. */
const MAX_READS = 20;
const PAUSE_MS = 3_000;
/** Reads that show that nothing changes. */
const QUIET_READS = 4;
const MAX_ARCHIVE_ATTEMPTS = 3;

/** A finding about a resource that does not exist. */
export class TestFinding {
  readonly id: string;
  readonly #ports: TestFindingPorts;
  readonly #base: AwsSecurityFinding;
  #updatedAt = 0;
  #mayExist = false;

  constructor(ports: TestFindingPorts) {
    const { partition, region, account } = ports.scope;
    const at = ports.now().toISOString();
    this.#ports = ports;
    this.id = `${TEST_PROGRAM}/${region}/${account}/${at.replaceAll(/[:.]/g, "-")}`;
    this.#base = {
      SchemaVersion: "2018-10-08",
      Id: this.id,
      ProductArn: productArn(findingScope({ partition, region, account })),
      ProductName: TEST_PROGRAM,
      CompanyName: TEST_PROGRAM,
      GeneratorId: TEST_PROGRAM,
      AwsAccountId: account,
      CreatedAt: at,
      UpdatedAt: at,
      Title: "Test finding of verify-aws, please ignore",
      Description:
        "npm run verify-aws imports this finding to see how Security Hub treats imports. It archives it again.",
      FindingProviderFields: {
        Severity: { Label: "INFORMATIONAL" },
        Types: ["Software and Configuration Checks"],
      },
      Resources: [{ ...RESOURCE, Region: region }],
      Compliance: { Status: "PASSED" },
      RecordState: "ACTIVE",
    };
  }

  /** The first CreatedAt. */
  get createdAt(): string {
    return this.#base.CreatedAt ?? "";
  }

  /** Returns the test resource with tags. */
  tagged(Tags: Record<string, string>): AwsSecurityFinding["Resources"] {
    return this.#base.Resources?.map((resource) => ({ ...resource, Tags }));
  }

  /**
   * Imports the finding with these changes, and with a new UpdatedAt unless the change has one.
   *
   * @returns the ErrorCode of a failed import, or undefined if Security Hub counts it as a success
   */
  async import(change: Change): Promise<string | undefined> {
    const wasThere = this.#mayExist;
    this.#mayExist = true;
    this.#updatedAt = Math.max(this.#ports.now().getTime(), this.#updatedAt + 1);
    const finding = { ...this.#base, UpdatedAt: new Date(this.#updatedAt).toISOString(), ...change };
    try {
      const command = new BatchImportFindingsCommand({ Findings: [finding] });
      const { FailedFindings: [failed] = [], FailedCount = 0 } = await this.#ports.client.send(command);
      if (failed !== undefined || FailedCount > 0) {
        this.#mayExist = wasThere;
        return failed?.ErrorCode ?? "no ErrorCode";
      }
      return undefined;
    } catch (error) {
      // A call without an answer may have stored the finding. A denied or refused call has not.
      const kind = failureKind(error);
      if (kind === "denied" || kind === "refused") this.#mayExist = wasThere;
      throw error;
    }
  }

  /** Sets the workflow status, as a person does. @returns the ErrorCode if Security Hub did not set it */
  async setWorkflow(Status: "SUPPRESSED" | "RESOLVED"): Promise<string | undefined> {
    const FindingIdentifiers = [{ Id: this.id, ProductArn: this.#base.ProductArn }];
    const command = new BatchUpdateFindingsCommand({ FindingIdentifiers, Workflow: { Status } });
    const { UnprocessedFindings: [failed] = [] } = await this.#ports.client.send(command);
    return failed && (failed.ErrorCode ?? "no ErrorCode");
  }

  /** Reads until the finding passes the test, for at most a minute. @throws {Interrupted} */
  async shown(test: (finding: AwsSecurityFinding) => boolean): Promise<AwsSecurityFinding | undefined> {
    return this.#readUntil(test, MAX_READS, this.#ports.interrupted);
  }

  /** Reads for about ten seconds whether the finding passes a test that it should not pass. @throws {Interrupted} */
  async becomes(test: (finding: AwsSecurityFinding) => boolean): Promise<boolean> {
    return (await this.#readUntil(test, QUIET_READS, this.#ports.interrupted)) !== undefined;
  }

  /**
   * Archives and resolves the finding, if it may exist. Tries three times, also after Ctrl-C.
   *
   * @throws {Error} of the last attempt
   */
  async archive(): Promise<void> {
    for (let attempt = 1; this.#mayExist; attempt += 1) {
      try {
        await this.#archiveOnce();
        return;
      } catch (error) {
        if (attempt === MAX_ARCHIVE_ATTEMPTS || failureKind(error) === "denied") throw error;
        await this.#ports.pause(PAUSE_MS);
      }
    }
  }

  async #archiveOnce(): Promise<void> {
    // First the status: Security Hub may ignore imports of a SUPPRESSED finding. It fails if there is no finding yet.
    await this.setWorkflow("RESOLVED");
    const failed = await this.import({ RecordState: "ARCHIVED", Compliance: { Status: "PASSED" } });
    if (failed !== undefined) throw new TrialStopped(`the import that archives it failed: ${failed}`);
    const archived = await this.#readUntil(isArchived, MAX_READS);
    if (archived === undefined) throw new TrialStopped("GetFindings does not show it as ARCHIVED");
    const unset = archived.Workflow?.Status === "RESOLVED" ? undefined : await this.setWorkflow("RESOLVED");
    if (unset !== undefined) throw new TrialStopped(`its workflow status was not set to RESOLVED: ${unset}`);
  }

  /** @param signal ends the reads; without it nothing does, so that the finding is archived also after Ctrl-C */
  async #readUntil(test: (finding: AwsSecurityFinding) => boolean, most: number, signal?: AbortSignal) {
    const Filters = { ProductArn: equalsAny(this.#base.ProductArn ?? ""), Id: equalsAny(this.id) };
    for (let reads = 0; reads < most; reads += 1) {
      if (reads > 0) await this.#ports.pause(PAUSE_MS, signal);
      if (signal?.aborted === true) throw new Interrupted("interrupted");
      const { Findings: [found] = [] } = await this.#ports.client.send(new GetFindingsCommand({ Filters }));
      if (found !== undefined && test(found)) return found;
    }
    return undefined;
  }
}

const isArchived = ({ RecordState }: AwsSecurityFinding): boolean => RecordState === "ARCHIVED";
