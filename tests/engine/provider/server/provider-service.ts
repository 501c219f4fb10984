/** The Pulumi provider protocol (proto/pulumi/provider.proto) over the stand-in's account. */
import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { Account } from "../account/account.ts";
import { checkResource } from "../rules/check.ts";
import { diffResource, type Difference } from "../rules/diff.ts";
import { DEFAULTS, type NameRequest } from "../rules/naming.ts";
import { AWS_VERSION } from "../schema/cached-schema.ts";
import type { Schema } from "../schema/shape.ts";
import type { Failure } from "../schema/validate.ts";
import { plainValues, sameValue, type Values } from "../values.ts";
import type { Faults } from "./faults.ts";
import { callFunction } from "./functions.ts";
import { checkSettings, readSettings, type Credentials, type ProviderSettings } from "./provider-settings.ts";
import { Resources, type Named } from "./resources.ts";

export interface ServiceOptions {
  /** The account folder. */
  readonly folder: string;
  readonly schema: Schema;
  readonly credentials: Credentials;
  readonly faults: Faults;
}

/** The state of one provider process. */
export class ProviderService {
  readonly #options: ServiceOptions;
  #configured: { settings: ProviderSettings; account: Account; resources: Resources } | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Returns the methods for a gRPC server. */
  methods(): UntypedServiceImplementation {
    return {
      handshake: answering(() => new messages.ProviderHandshakeResponse().setSupportsAutonamingConfiguration(true)),
      getPluginInfo: answering(() => new plugin.PluginInfo().setVersion(AWS_VERSION)),
      checkConfig: answering((request: messages.CheckRequest) => this.#checkConfig(request)),
      diffConfig: answering((request: messages.DiffRequest) => this.#diffConfig(request)),
      configure: answering((request: messages.ConfigureRequest) => this.#configure(request)),
      invoke: answering((request: messages.InvokeRequest) => this.#invoke(request)),
      check: answering((request: messages.CheckRequest) => this.#check(request)),
      diff: answering((request: messages.DiffRequest) => this.#diff(request)),
      create: answering((request: messages.CreateRequest) => this.#create(request)),
      read: answering((request: messages.ReadRequest) => this.#read(request)),
      update: answering((request: messages.UpdateRequest) => this.#update(request)),
      delete: answering((request: messages.DeleteRequest) => this.#delete(request)),
      cancel: answering(() => new empty.Empty()),
    };
  }

  #checkConfig(request: messages.CheckRequest): messages.CheckResponse {
    const given = valuesOf(request.getNews());
    return checkResponse(given, checkSettings(given, this.#options.schema));
  }

  /** Version 7 replaces no resources when the provider changes: each has its own Region. */
  #diffConfig(request: messages.DiffRequest): messages.DiffResponse {
    const [old, news] = [valuesOf(request.getOldInputs() ?? request.getOlds()), valuesOf(request.getNews())];
    const names = [...new Set([...Object.keys(old), ...Object.keys(news)])];
    const changed = names.filter((name) => name !== "version" && !sameValue(old[name], news[name]));
    return diffResponse({ changed, replaces: [], deleteBeforeReplace: false });
  }

  #configure(request: messages.ConfigureRequest): messages.ConfigureResponse {
    const { folder, schema, credentials } = this.#options;
    const settings = readSettings(valuesOf(request.getArgs()), schema, credentials);
    const account = new Account(folder, settings.account);
    this.#configured = { settings, account, resources: new Resources(folder, account, settings) };
    return new messages.ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true);
  }

  async #invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    const { settings, account } = this.#ready();
    const token = request.getTok();
    const result = await this.#options.faults.around("invoke", { type: token, logicalName: "" }, () =>
      callFunction(token, valuesOf(request.getArgs()), settings, account),
    );
    return new messages.InvokeResponse().setReturn(structOf(result));
  }

  #check(request: messages.CheckRequest): messages.CheckResponse {
    const olds = request.getOlds();
    const { inputs, failures } = checkResource(
      {
        ...nameRequest(request),
        type: request.getType(),
        news: valuesOf(request.getNews()),
        ...(olds && { olds: valuesOf(olds) }),
      },
      this.#options.schema,
      this.#configured?.settings ?? { defaultTags: {} },
    );
    return checkResponse(inputs, failures);
  }

  #diff(request: messages.DiffRequest): messages.DiffResponse {
    const old = valuesOf(request.getOldInputs() ?? request.getOlds());
    const ignored = request.getIgnorechangesList();
    return diffResponse(diffResource(request.getType(), old, valuesOf(request.getNews()), ignored));
  }

  async #create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const inputs = valuesOf(request.getProperties());
    const { resources } = this.#ready();
    if (request.getPreview()) {
      const outputs = resources.preview(request.getType(), inputs);
      return new messages.CreateResponse().setProperties(structOf(outputs));
    }
    const { id, outputs } = await this.#options.faults.around("create", namedBy(request), () =>
      explained("creating", request, () => resources.create(namedBy(request), inputs)),
    );
    return new messages.CreateResponse().setId(id).setProperties(structOf(outputs));
  }

  async #read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const known = valuesOf(request.getInputs());
    const found = await this.#options.faults.around("read", namedBy(request), () =>
      this.#ready().resources.read(request.getType(), request.getId(), known),
    );
    if (found === undefined) return new messages.ReadResponse();
    // Which inputs the provider chose is known only to Pulumi's state.
    const inputs = { ...found.inputs, ...(known[DEFAULTS] !== undefined && { [DEFAULTS]: known[DEFAULTS] }) };
    const response = new messages.ReadResponse().setId(found.id).setInputs(structOf(inputs));
    return response.setProperties(structOf(found.outputs));
  }

  async #update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const [old, news] = [valuesOf(request.getOlds()), valuesOf(request.getNews())];
    const { resources } = this.#ready();
    const update = () => resources.update(namedBy(request), request.getId(), old, news, request.getPreview());
    const outputs = request.getPreview()
      ? update()
      : await this.#options.faults.around("update", namedBy(request), () => explained("updating", request, update));
    return new messages.UpdateResponse().setProperties(structOf(outputs));
  }

  async #delete(request: messages.DeleteRequest): Promise<empty.Empty> {
    const state = valuesOf(request.getProperties());
    await this.#options.faults.around("delete", namedBy(request), () =>
      explained("deleting", request, () => this.#ready().resources.delete(request.getType(), request.getId(), state)),
    );
    return new empty.Empty();
  }

  #ready() {
    if (this.#configured === undefined) throw new Error("the stand-in AWS provider is not configured");
    return this.#configured;
  }
}

/** Answers a call. An exception becomes an error response. */
function answering<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    Promise.try(answer, request).then(
      (response) => callback(null, response),
      (error: unknown) =>
        callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
    );
  };
}

interface NamedRequest {
  getType(): string;
  getName(): string;
  getUrn(): string;
}

const namedBy = (request: NamedRequest): Named => ({
  type: request.getType(),
  logicalName: request.getName(),
  urn: request.getUrn(),
});

/** Says in an error which resource failed, as the real provider does. */
function explained<Result>(doing: string, request: NamedRequest, effect: () => Result): Result {
  try {
    return effect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${doing} ${request.getType()} (${request.getName()}): ${reason}`, { cause: error });
  }
}

function nameRequest(request: messages.CheckRequest): NameRequest {
  const options = request.getAutonaming();
  const { Mode } = messages.CheckRequest.AutonamingOptions;
  const modes = { [Mode.PROPOSE]: "propose", [Mode.ENFORCE]: "enforce", [Mode.DISABLE]: "disable" } as const;
  return {
    logicalName: request.getName(),
    seed: request.getRandomseed_asU8(),
    ...(options && { mode: modes[options.getMode()], proposed: options.getProposedName() }),
  };
}

function checkResponse(inputs: Values, failures: readonly Failure[]): messages.CheckResponse {
  const list = failures.map(({ property, reason }) =>
    new messages.CheckFailure().setProperty(property).setReason(reason),
  );
  return new messages.CheckResponse().setInputs(structOf(inputs)).setFailuresList(list);
}

function diffResponse({ changed, replaces, deleteBeforeReplace }: Difference): messages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  return new messages.DiffResponse()
    .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...changed])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteBeforeReplace);
}

const valuesOf = (given: struct.Struct | undefined): Values => plainValues(given?.toJavaScript() ?? {});
const structOf = (values: Values): struct.Struct =>
  struct.Struct.fromJavaScript(plainValues(values) as Record<string, struct.JavaScriptValue>);
