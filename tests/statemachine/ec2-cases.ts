/** The state machine's paths through AskEc2. */
import type { Script } from "./asl-runner.ts";
import { DOUBTED, JUDGED, LATE, NOBODY, RUNNING } from "./answers.ts";
import type { Case } from "./answers.ts";

const ASKED = "ReadyToEvaluate AskEc2 DescribeInstance DescribeInstance";

/** @param publishes the answers of the states that follow; @param after the states from Evaluate on */
export function ec2Paths(publishes: Script, after: string): Case[] {
  const doubts = (...described: Script[string]): Script => ({
    ...publishes,
    Gather: [{ gives: DOUBTED }],
    DescribeInstance: described,
  });

  return [
    {
      name: "EC2 is asked about two instances, and knows one",
      script: doubts({ gives: RUNNING }, { gives: NOBODY }),
      path: `Gather ${ASKED} ${after}`,
      messages: [],
      answers: [
        { nodeId: JUDGED.nodeId, answer: { states: ["running"] } },
        { nodeId: LATE.nodeId, answer: { states: [] } },
      ],
    },
    {
      name: "EC2 answers after three retries",
      script: doubts({ fails: "Ec2.Ec2Exception", times: 3, of: LATE.nodeId }, { gives: RUNNING }, { gives: NOBODY }),
      path: `Gather ${ASKED} ${after}`,
      messages: [],
      retries: 3,
      answers: [
        { nodeId: JUDGED.nodeId, answer: { states: ["running"] } },
        { nodeId: LATE.nodeId, answer: { states: [] } },
      ],
    },
    ...["Ec2.Ec2Exception", "Ec2.SdkClientException", "States.Permissions", "States.Timeout"].map((error) => ({
      name: `EC2 does not answer about one of two instances: ${error}`,
      script: doubts({ fails: error, times: 4, of: LATE.nodeId }, { gives: RUNNING }),
      path: `Gather ${ASKED} NoAnswer ${after}`,
      messages: [],
      retries: 3,
      answers: [
        { nodeId: JUDGED.nodeId, answer: { states: ["running"] } },
        { nodeId: LATE.nodeId, error },
      ],
    })),
  ];
}
