/** One stack under the real Pulumi engine, in private folders, against the stand-in AWS provider. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { COMPILE_CACHE } from "../../compile-cache.ts";
import { findCli } from "../cli/pulumi-cli.ts";
import { readEventLog, type EventLog } from "./event-log.ts";
import { installNode, installPlugins } from "./pulumi-home.ts";
import { runTimed, type Ended } from "./timed-process.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** All that `pulumi up` needs of a clone. */
const PROGRAM = [
  ...["index.ts", "package.json", "Pulumi.yaml", "tsconfig.json"],
  ...["commands", "contract", "infra", "functions", "statemachine"],
];
const LIMIT_MS = 170_000;

/** The machine of one colleague. */
export interface Machine {
  /** The Node.js that runs the program; that of the tests if omitted. */
  readonly node?: string;
  /** The folder node_modules; that of this checkout if omitted. */
  readonly modules?: string;
}

export interface TrialOptions extends Machine {
  /** Name of the stack; "trial" if omitted. */
  readonly stack?: string;
  /** Files of another program, by name, instead of this project. package.json and Pulumi.yaml have defaults. */
  readonly program?: Readonly<Record<string, string>>;
  /** Folder of the stand-in AWS account, for stacks that share one; a private one if omitted. */
  readonly account?: string;
  /** Folder of the backend, for stacks that share one; a private one if omitted. */
  readonly backend?: string;
  /** Variables of the environment of `pulumi` and its plugins. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface CommandOptions {
  /** Milliseconds until the process group is killed and the command throws; 170 s if omitted. */
  readonly limitMs?: number;
  /** Kills the process group without an error, as a machine that loses power does. */
  readonly signal?: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export interface OperationOptions extends CommandOptions {
  /** More arguments of `pulumi`. */
  readonly flags?: readonly string[];
}

/** How a command that deploys ended, and what the engine did. */
export interface Operation extends Ended, EventLog {}

/**
 * A stack with its own program folder, backend, account and PULUMI_HOME. No login, and nothing leaves this machine.
 *
 * @example
 * const stack = await TrialStack.create({ config: { "patch-manager-findings:regions": '["eu-west-1"]' } });
 * const up = await stack.up();
 * expect(up.exitCode, up.stderr).to.equal(0);
 * expect((await stack.up()).changes).to.deep.equal([]);
 * await stack.remove();
 */
export class TrialStack {
  readonly name: string;
  /** Folder with the stand-in AWS account (STAND_IN_ACCOUNT). */
  readonly account: string;
  readonly backend: string;
  readonly #cli: string;
  readonly #folder: string;
  readonly #options: TrialOptions;
  #directory: string;
  #operations = 0;
  #clones = 0;

  private constructor(cli: string, folder: string, options: TrialOptions) {
    this.#cli = cli;
    this.#folder = folder;
    this.#options = options;
    this.name = options.stack ?? "trial";
    this.account = options.account ?? join(folder, "account");
    this.backend = options.backend ?? join(folder, "backend");
    this.#directory = "";
  }

  /** Makes the folders, installs the plugins and runs `pulumi stack init` and `pulumi config set`. */
  static async create(
    options: TrialOptions & { readonly config?: Readonly<Record<string, string>> } = {},
  ): Promise<TrialStack> {
    const cli = await findCli();
    if (cli === undefined) throw new Error("there is no Pulumi CLI yet: start the tests with npm run test:engine");
    const stack = new TrialStack(cli, await mkdtemp(join(tmpdir(), "trial-stack-")), options);
    await Promise.all([stack.account, stack.backend].map((folder) => mkdir(folder, { recursive: true })));
    await installPlugins(join(stack.#folder, "home"));
    await stack.clone(options);
    await stack.#succeed(["stack", "init", stack.name]);
    for (const [key, value] of Object.entries(options.config ?? {})) await stack.configure(key, value);
    return stack;
  }

  /** Folder with the program and Pulumi.yaml. */
  get directory(): string {
    return this.#directory;
  }

  /** Continues in a new copy of the program at another path, as a colleague does. Keeps the settings of the stack. */
  async clone({ node = process.execPath, modules = join(ROOT, "node_modules") }: Machine = {}): Promise<void> {
    const last = this.#directory;
    const clone = join(this.#folder, `clone-${++this.#clones}`);
    this.#directory = join(clone, "program");
    await installNode(this.#nodeFolder(), node);
    await mkdir(this.#directory);
    if (this.#options.program === undefined) await copyProject(this.#directory);
    else await writeProgram(this.#directory, this.#options.program);
    await symlink(modules, join(this.#directory, "node_modules"));
    const settings = `Pulumi.${this.name}.yaml`;
    if (last !== "") await cp(join(last, settings), join(this.#directory, settings));
  }

  /** Sets a setting with `pulumi config set`. */
  async configure(key: string, value: string, flags: readonly string[] = []): Promise<void> {
    await this.#succeed(["config", "set", "--stack", this.name, ...flags, "--", key, value]);
  }

  async unset(key: string): Promise<void> {
    await this.#succeed(["config", "rm", "--stack", this.name, "--", key]);
  }

  preview(options?: OperationOptions): Promise<Operation> {
    return this.#operate(["preview"], options);
  }

  up(options?: OperationOptions): Promise<Operation> {
    return this.#operate(["up", "--yes", "--skip-preview"], options);
  }

  refresh(options?: OperationOptions): Promise<Operation> {
    return this.#operate(["refresh", "--yes", "--skip-preview"], options);
  }

  destroy(options?: OperationOptions): Promise<Operation> {
    return this.#operate(["destroy", "--yes", "--skip-preview"], options);
  }

  /** Removes the lock that a killed command leaves on the state. */
  async cancel(): Promise<void> {
    await this.#succeed(["cancel", "--yes", "--stack", this.name]);
  }

  /** Returns the state as `pulumi stack export` writes it. */
  async state(): Promise<unknown> {
    return JSON.parse(await this.#succeed(["stack", "export", "--stack", this.name]));
  }

  async outputs(): Promise<unknown> {
    return JSON.parse(await this.#succeed(["stack", "output", "--json", "--stack", this.name]));
  }

  /** Runs `pulumi` with these arguments in the program's folder. */
  pulumi(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
    return runTimed({
      command: this.#cli,
      args: ["--non-interactive", "--color", "never", ...args],
      directory: this.#directory,
      environment: { ...this.#environment(), ...this.#options.environment, ...options.environment },
      limitMs: options.limitMs ?? LIMIT_MS,
      ...(options.signal && { signal: options.signal }),
      ...(options.input !== undefined && { input: options.input }),
    });
  }

  /** Removes all folders of the stack, also those of a stack that was not destroyed. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #operate(command: readonly string[], options: OperationOptions = {}): Promise<Operation> {
    const log = join(this.#folder, `events-${++this.#operations}.jsonl`);
    const flags = ["--stack", this.name, "--suppress-progress", "--event-log", log, ...(options.flags ?? [])];
    const ended = await this.pulumi([...command, ...flags], options);
    // The engine writes none if it stops before the operation.
    const text = await readFile(log, "utf8").catch(() => "");
    return { ...ended, ...readEventLog(text) };
  }

  async #succeed(args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.pulumi(args);
    if (exitCode === 0) return stdout;
    throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode ?? "a signal"}\n${stdout}\n${stderr}`);
  }

  #nodeFolder(): string {
    return join(this.#directory, "..", "bin");
  }

  #environment(): Record<string, string> {
    return {
      ...COMPILE_CACHE,
      PATH: [this.#nodeFolder(), process.env["PATH"]].join(":"),
      HOME: this.#folder,
      PULUMI_HOME: join(this.#folder, "home"),
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_CONFIG_PASSPHRASE: "trial",
      // Brings the flag --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      STAND_IN_ACCOUNT: this.account,
      // Port 9 refuses all: what tries to leave this machine fails at once.
      HTTPS_PROXY: "http://127.0.0.1:9",
      HTTP_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "127.0.0.1,localhost",
    };
  }
}

async function copyProject(directory: string): Promise<void> {
  await Promise.all(PROGRAM.map((path) => cp(join(ROOT, path), join(directory, path), { recursive: true })));
}

async function writeProgram(directory: string, program: Readonly<Record<string, string>>): Promise<void> {
  const files = {
    "package.json": JSON.stringify({ name: "trial", type: "module", dependencies: { "@pulumi/pulumi": "*" } }),
    "Pulumi.yaml": "name: trial\nmain: index.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    ...program,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}
