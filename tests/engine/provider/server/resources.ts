/** Creates, reads, updates and deletes resources in the account folder. */
import { isDeepStrictEqual } from "node:util";
import type { AccountEntry } from "../account/account-entry.ts";
import type { Account } from "../account/account.ts";
import { AwsError } from "../account/aws-error.ts";
import { uploadCode } from "../account/code.ts";
import { record, type JournalEntry } from "../account/journal.ts";
import { DEFAULTS } from "../rules/naming.ts";
import type { ResourceRules, Scope } from "../rules/resource-rules.ts";
import { rulesOf } from "../rules/resource-types.ts";
import { diffResource } from "../rules/diff.ts";
import { objectOf, textOf, UNKNOWN, type Values } from "../values.ts";
import type { ProviderSettings } from "./provider-settings.ts";

/** A resource as the engine names it. */
export interface Named {
  readonly type: string;
  readonly logicalName: string;
  readonly urn: string;
}

export interface State {
  readonly id: string;
  readonly outputs: Values;
}

/** The resources of one provider process. */
export class Resources {
  readonly #folder: string;
  readonly #account: Account;
  readonly #settings: ProviderSettings;

  constructor(folder: string, account: Account, settings: ProviderSettings) {
    this.#folder = folder;
    this.#account = account;
    this.#settings = settings;
  }

  /** Returns the outputs that a preview of a new resource knows. */
  preview(type: string, inputs: Values): Values {
    const rules = rulesOf(type);
    const { outputs } = rules.identify(inputs, this.#scope(rules, inputs));
    const computed = Object.keys({ ...outputs, ...rules.derive?.(inputs) });
    const unknown = computed.map((name) => [name, UNKNOWN] as const);
    return { ...rules.defaults, ...withoutMarks(inputs), ...Object.fromEntries(unknown) };
  }

  create({ type, logicalName, urn }: Named, given: Values): State {
    const rules = rulesOf(type);
    const inputs = withoutMarks(given);
    const scope = this.#scope(rules, inputs);
    rules.requires?.(inputs, this.#account, scope);
    rules.beforeCreate?.(inputs, this.#account);
    const { id, key = id, outputs } = rules.identify(inputs, scope);
    const place = { type, account: this.#account.id, region: scope.region, id, key };
    const entry: AccountEntry = { ...place, logicalName, urn, ...this.#kept(given), computed: outputs };
    if (rules.existing === "overwrite") this.#account.put(entry);
    else if (!this.#account.add(entry)) return this.#existing(entry, rules);
    this.#record("create", entry);
    return { id, outputs: stateOf(entry) };
  }

  /** Returns undefined if the resource does not exist. */
  read(type: string, id: string, known: Values): { id: string; inputs: Values; outputs: Values } | undefined {
    // Terraform: "The Region can be given at the end of the import ID, as in <id>@<region>".
    const [ownId = id, region] = id.split(/@(?=[a-z]{2}(?:-[a-z]+)+-\d$)/u);
    const entry = this.#find(type, ownId, region === undefined ? known : { ...known, region });
    return entry && { id: entry.id, inputs: entry.inputs, outputs: stateOf(entry) };
  }

  /** Returns the outputs after an update, or what a preview knows of them. */
  update({ type, logicalName, urn }: Named, id: string, old: Values, given: Values, preview: boolean): Values {
    const rules = rulesOf(type);
    const inputs = withoutMarks(given);
    if (preview) return { ...old, ...rules.defaults, ...inputs, ...rules.derive?.(inputs) };
    const found = this.#find(type, id, old);
    if (found === undefined) throw new AwsError("ResourceNotFoundException", `${type} ${id} does not exist`);
    rules.requires?.(inputs, this.#account, this.#scope(rules, inputs));
    const entry = { ...found, logicalName, urn, ...this.#kept(given) };
    this.#account.put(entry);
    this.#record("update", entry, diffResource(type, found.inputs, inputs).changed);
    return stateOf(entry);
  }

  /** Deletes a resource. It may be gone already, as with the real provider. */
  delete(type: string, id: string, state: Values): void {
    const entry = this.#find(type, id, state);
    if (entry === undefined) return;
    rulesOf(type).beforeDelete?.(entry, this.#account);
    this.#account.remove(entry);
    this.#record("delete", entry);
  }

  /** Returns what the account keeps of inputs. */
  #kept(given: Values): Pick<AccountEntry, "inputs" | "chosen" | "code"> {
    const inputs = withoutMarks(given);
    const code = uploadCode(this.#folder, objectOf(inputs, "code"));
    const chosen = given[DEFAULTS];
    return { inputs, ...(Array.isArray(chosen) && { chosen: chosen.map(String) }), ...(code && { code }) };
  }

  #existing(entry: AccountEntry, rules: ResourceRules): State {
    const { type, region, key, id } = entry;
    const found = this.#account.get({ type, region, key });
    if (rules.existing === "same" && found !== undefined && isDeepStrictEqual(found.inputs, entry.inputs)) {
      return { id, outputs: stateOf(found) };
    }
    const name = textOf(entry.inputs, rules.autoName?.property ?? "") || key;
    if (typeof rules.existing === "object") throw new Error(rules.existing.refusal(name));
    throw new AwsError("AlreadyExists", `${name} already exists with different settings`);
  }

  #find(type: string, id: string, known: Values): AccountEntry | undefined {
    const rules = rulesOf(type);
    const scope = this.#scope(rules, known);
    const identity = Object.keys(known).length === 0 ? undefined : rules.identify(known, scope);
    return this.#account.get({ type, region: scope.region, key: identity?.key ?? id });
  }

  #scope({ global }: ResourceRules, values: Values): Scope {
    const { account, partition, region } = this.#settings;
    return { account, partition, region: global === true ? "" : textOf(values, "region") || region };
  }

  #record(operation: JournalEntry["operation"], entry: AccountEntry, changed?: readonly string[]): void {
    record(this.#folder, { operation, ...entry, ...(changed && { changed }) });
  }
}

/** Returns the outputs of a resource, as the provider reports them. */
export function stateOf({ type, inputs, computed }: AccountEntry): Values {
  const rules = rulesOf(type);
  return { ...rules.defaults, ...inputs, ...computed, ...rules.derive?.(inputs) };
}

function withoutMarks(inputs: Values): Values {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== DEFAULTS));
}
