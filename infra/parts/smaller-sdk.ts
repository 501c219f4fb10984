import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * Replaces the SDK's chain of credential providers by the only one that Lambda needs: Lambda passes the credentials of
 * the role in environment variables. The others (SSO, login, profiles, processes, web identity, instance metadata) are
 * about 120 KB that every cold start would load.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const environmentCredentials: Plugin = {
  name: "environment-credentials",
  setup(bundle) {
    bundle.onLoad({ filter: /credential-provider-node[\\/]dist-es[\\/]index\.js$/ }, () => ({
      contents: `export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";`,
    }));
  },
};

const RESOURCE_DETAILS = /^export var ResourceDetails\$ = \[[^;]*;$/m;
/** 128 | 0 is the SDK's notation for a map of strings. */
const ONLY_OTHER = `export var ResourceDetails$ = [3, n0, "ResourceDetails", 0, ["Other"], [128 | 0]];`;

/**
 * Removes the formats of about 100 AWS resource types from Security Hub's client. Findings of this program describe
 * their resource in `Details.Other` only. The SDK does not send or return other members of `Details`.
 *
 * @throws {Error} if the client declares the format in another way
 */
export const resourceDetails: Plugin = {
  name: "resource-details",
  setup(bundle) {
    bundle.onLoad({ filter: /client-securityhub[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (!RESOURCE_DETAILS.test(source)) throw new Error(`${path} does not declare ResourceDetails$ as expected`);
      return {
        contents: withPlainKeys(
          source.replace(RESOURCE_DETAILS, () => ONLY_OTHER),
          path,
        ),
      };
    });
  },
};

const CONSTANT = /^const (_\w+) = "(\w+)";$/gm;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

/** The clients, apart from Security Hub's, which {@link resourceDetails} rewrites. */
const FORMATS = /client-(?:ec2|resource-groups-tagging-api|sfn|sqs|ssm)[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/;

/**
 * Writes out the computed keys in the formats of the clients. esbuild keeps every object with a computed key, because
 * computing it could have effects. With plain keys it drops the formats of operations that are not called: of EC2's
 * client 540 KB.
 *
 * @throws {Error} if a client declares the formats in another way
 */
export const plainKeys: Plugin = {
  name: "plain-keys",
  setup(bundle) {
    bundle.onLoad({ filter: FORMATS }, async ({ path }) => ({
      contents: withPlainKeys(await readFile(path, "utf8"), path),
    }));
  },
};

function withPlainKeys(source: string, path: string): string {
  const values = new Map([...source.matchAll(CONSTANT)].map(([, name = "", value = ""]) => [name, value]));
  const contents = source.replace(COMPUTED_KEY, (key, name: string) => {
    const value = values.get(name);
    return value === undefined ? key : `${value}:`;
  });
  if (contents === source) throw new Error(`${path} does not declare its formats as expected`);
  return contents;
}

/** Keeps the version of each client's package.json, which the client sends as its user agent. */
export const packageVersions: Plugin = {
  name: "package-versions",
  setup(bundle) {
    bundle.onLoad({ filter: /@aws-sdk[\\/]client-[a-z0-9-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};
