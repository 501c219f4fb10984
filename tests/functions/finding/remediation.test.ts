import { expect } from "chai";
import { CAUSES, perCause, type CauseCounts, type KnownCause } from "../../../contract/causes.ts";
import { remediationCommand } from "../../../functions/finding/remediation-command.ts";
import { remedyOf } from "../../../functions/finding/remediation.ts";

const TARGET = { nodeId: "i-0123456789abcdef0", region: "eu-west-1", baselineId: "pb-0123456789abcdef0" };
const SEND = "aws ssm send-command --document-name AWS-RunPatchBaseline --parameters";
const NODE = "--instance-ids i-0123456789abcdef0 --region eu-west-1";

function counts(...causes: KnownCause[]): CauseCounts {
  return { ...perCause(({ cause }) => (causes.some((one) => one === cause) ? 2 : 0)), unknown: 0 };
}

describe("the command of a remedy", () => {
  const commands: [causes: KnownCause[], command: string][] = [
    [["missing"], `${SEND} Operation=Install ${NODE}`],
    [["failed", "rejected"], `${SEND} Operation=Install ${NODE}`],
    [["pendingReboot"], `${SEND} Operation=Install,RebootOption=RebootIfNeeded ${NODE}`],
    [["rejected"], "aws ssm get-patch-baseline --baseline-id pb-0123456789abcdef0 --region eu-west-1"],
    [["availableSecurityUpdate"], "aws ssm get-patch-baseline --baseline-id pb-0123456789abcdef0 --region eu-west-1"],
    [[], "aws ssm describe-instance-patches --instance-id i-0123456789abcdef0 --region eu-west-1"],
  ];
  for (const [causes, command] of commands) {
    it(`against ${causes.join(" and ") || "an unknown cause"} is ${command}`, () => {
      const remedy = remedyOf(counts(...causes), TARGET);
      expect(remedy.command).to.equal(command);
      expect(remedy.text.endsWith(` Run: ${command}`)).to.equal(true);
    });
  }

  it("is in the text only if both fit into 512 bytes", () => {
    for (let chosen = 0; chosen < 2 ** CAUSES.length; chosen++) {
      const causes = CAUSES.filter((_, index) => (chosen >> index) % 2 === 1).map(({ cause }) => cause);
      const { text, command = "" } = remedyOf(counts(...causes), { ...TARGET, nodeId: "mi-0123456789abcdef0" });
      expect(Buffer.byteLength(text)).to.be.at.most(512);
      expect(command).to.match(/^aws ssm /);
      if (causes.length === CAUSES.length) expect(text).not.to.include("aws ssm");
    }
  });

  it("against a rejected patch needs the id or ARN of a baseline", () => {
    const arn = "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:patchbaseline/pb-0123456789abcdef0";
    const about = (baselineId: string) => remedyOf(counts("rejected"), { ...TARGET, baselineId }).command;
    expect(about(arn)).to.equal(`aws ssm get-patch-baseline --baseline-id ${arn} --region eu-west-1`);
    for (const id of ["", "unknown", "pb-1; rm -rf /", "pb-0123456789abcdef0\n", "$(id)"]) {
      expect(about(id), id).to.equal(undefined);
    }
  });

  const hostile = ["", "i-1; id", "$(id)", "i-0123456789abcdef0 --region us-east-1", "i-0123456789abcdef0\n", "`id`"];
  for (const word of hostile) {
    it(`is left out for the id or Region ${JSON.stringify(word)}`, () => {
      for (const command of ["install", "reboot", "scan", "showBaseline", "listPatches"] as const) {
        expect(remediationCommand(command, { ...TARGET, nodeId: word })).to.equal(undefined);
        expect(remediationCommand(command, { ...TARGET, region: word })).to.equal(undefined);
      }
    });
  }

  it("has only characters that no shell reads as anything but text", () => {
    for (const command of ["install", "reboot", "scan", "showBaseline", "listPatches"] as const) {
      expect(remediationCommand(command, TARGET)).to.match(/^[\w =,:/-]+$/);
    }
  });
});
