/**
 * DescribeInstances as Step Functions' AWS SDK integration returns it: with the names of the SDK instead of those in
 * EC2's XML.
 */
import * as z from "zod";

const wire = z.object({
  reservationSet: z.array(
    z.object({
      instancesSet: z.array(
        z.object({ instanceId: z.string(), instanceState: z.object({ code: z.number(), name: z.string() }) }),
      ),
    }),
  ),
});

/** Converts the names. @param answer the response of the EC2 stand-in */
export function describedInstances(answer: unknown): object {
  const { reservationSet } = wire.parse(answer);
  return {
    Reservations: reservationSet.map(({ instancesSet }) => ({
      Instances: instancesSet.map(({ instanceId, instanceState: { code, name } }) => ({
        InstanceId: instanceId,
        State: { Code: code, Name: name },
      })),
    })),
  };
}
