/**
 * The stand-in AWS provider: a process that the Pulumi CLI starts. It prints its port and serves on loopback only. Set
 * by the environment:
 *
 * - STAND_IN_ACCOUNT: the account folder
 * - STAND_IN_ACCOUNT_ID: the account of the default credentials
 * - STAND_IN_PROFILES: account ids by profile, as JSON
 * - STAND_IN_FAULTS: planned faults, as JSON
 */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { RESOURCE_TYPES } from "./rules/resource-types.ts";
import { cachedSchema } from "./schema/cached-schema.ts";
import { PROVIDER_TYPE } from "./schema/provider-type.ts";
import { Faults } from "./server/faults.ts";
import { ProviderService } from "./server/provider-service.ts";

const {
  STAND_IN_ACCOUNT: folder,
  STAND_IN_ACCOUNT_ID: account = "123456789012",
  STAND_IN_PROFILES: profiles = "{}",
  STAND_IN_FAULTS: faults = "",
} = process.env;
if (folder === undefined) throw new Error("STAND_IN_ACCOUNT must name the account folder");

const service = new ProviderService({
  folder,
  schema: await cachedSchema([PROVIDER_TYPE, ...RESOURCE_TYPES]),
  credentials: { account, profiles: JSON.parse(profiles) as Record<string, string> },
  faults: new Faults(faults),
});
// Definitions and dashboards are larger than gRPC's 4 MB only together; Pulumi's own limit is 400 MB.
const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(ResourceProviderService, service.methods());
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
