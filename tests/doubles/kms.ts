import * as z from "zod";
import { ServiceError, type StandIn } from "../../local/gateway/stand-in.ts";

/** A key, as DescribeKey returns it. */
export interface Key {
  readonly arn: string;
  /** Default `Enabled`. */
  readonly state?: "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport" | "Unavailable";
  /** Default `SYMMETRIC_DEFAULT`. */
  readonly spec?: "SYMMETRIC_DEFAULT" | "RSA_2048" | "ECC_NIST_P256" | "HMAC_256";
  /** Default `ENCRYPT_DECRYPT`. */
  readonly usage?: "ENCRYPT_DECRYPT" | "SIGN_VERIFY" | "GENERATE_VERIFY_MAC";
  /** Default `CUSTOMER`. */
  readonly manager?: "CUSTOMER" | "AWS";
  /** The key policy as JSON text. */
  readonly policy: string;
}

const describeKey = z.strictObject({ KeyId: z.string().min(1).max(2048), GrantTokens: z.array(z.string()).optional() });
const getKeyPolicy = z.strictObject({
  KeyId: z.string().min(1).max(2048),
  PolicyName: z.string().min(1).max(128).optional(),
});

/** Key Management Service in one Region. It describes keys, but does not encrypt. */
export class KeyManagement implements StandIn {
  readonly #keys: readonly Key[];

  constructor(keys: readonly Key[]) {
    this.#keys = keys;
  }

  call(operation: string, input: Record<string, unknown>): unknown {
    switch (operation) {
      case "DescribeKey":
        return { KeyMetadata: metadata(this.#find(read(describeKey, input).KeyId)) };
      case "GetKeyPolicy": {
        const { KeyId, PolicyName = "default" } = read(getKeyPolicy, input);
        const { policy } = this.#find(KeyId);
        if (PolicyName !== "default") throw notFound("No such policy exists");
        return { Policy: policy, PolicyName };
      }
      default:
        throw new ServiceError("UnknownOperationException", `kms:${operation} is not part of this stand-in`);
    }
  }

  #find(keyId: string): Key {
    if (keyId.startsWith("alias/")) throw notFound(`Alias ${keyId} is not found.`);
    const key = this.#keys.find(({ arn }) => arn === keyId || arn.endsWith(`:key/${keyId}`));
    if (key === undefined) throw notFound(`Key '${keyId}' does not exist`);
    return key;
  }
}

function metadata(key: Key): object {
  const [, , , , account = "", resource = ""] = key.arn.split(":");
  const { state = "Enabled", spec = "SYMMETRIC_DEFAULT", usage = "ENCRYPT_DECRYPT", manager = "CUSTOMER" } = key;
  return {
    AWSAccountId: account,
    KeyId: resource.replace("key/", ""),
    Arn: key.arn,
    CreationDate: 1_700_000_000,
    Enabled: state === "Enabled",
    Description: "",
    KeyUsage: usage,
    KeyState: state,
    Origin: "AWS_KMS",
    KeyManager: manager,
    CustomerMasterKeySpec: spec,
    KeySpec: spec,
    MultiRegion: resource.startsWith("key/mrk-"),
  };
}

function read<Shape extends z.ZodType>(shape: Shape, input: unknown): z.output<Shape> {
  const parsed = shape.safeParse(input);
  if (!parsed.success) throw new ServiceError("ValidationException", z.prettifyError(parsed.error));
  return parsed.data;
}

function notFound(message: string): ServiceError {
  return new ServiceError("NotFoundException", message);
}
