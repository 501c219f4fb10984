import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { expect } from "chai";
import { nativeSubscription, switchNativeImport } from "../../commands/native-import.ts";
import { startAccount, type Account } from "../fixtures/account-fixture.ts";

const OWN = "arn:aws:securityhub:eu-west-1:123456789012:product-subscription/aws/ssm-patch-manager";
const NATIVE = "aws/ssm-patch-manager";
/** More than one page. The native product follows on the last page. */
const MANY = [...Array.from({ length: 120 }, (_, index) => `vendor/product-${index}`), "other/ssm-patch-manager"];
const WHERE = "the import of the native integration's findings in account 123456789012, eu-west-1";

describe("native-import", () => {
  let account: Account;
  let client: SecurityHubClient;
  const start = async (products: readonly string[]) => {
    account = await startAccount({ hub: { settings: { products } } });
    client = new SecurityHubClient(account.client);
  };
  afterEach(async () => {
    client.destroy();
    await account.close();
    expect(account.defects).to.deep.equal([]);
  });
  const writes = () => Object.keys(account.admission.apiCalls).filter((call) => /:(?:En|Dis)able/.test(call));

  const cases: [is: "on" | "off", wanted: "on" | "off", said: string, call: string[]][] = [
    ["on", "off", `switched ${WHERE} from on to off`, ["securityhub:DisableImportFindingsForProduct"]],
    ["off", "on", `switched ${WHERE} from off to on`, ["securityhub:EnableImportFindingsForProduct"]],
    ["on", "on", `nothing to do: ${WHERE} is on`, []],
    ["off", "off", `nothing to do: ${WHERE} is off`, []],
  ];
  for (const [is, wanted, said, call] of cases) {
    it(`switches from ${is} to ${wanted}`, async () => {
      await start(is === "on" ? [...MANY, NATIVE] : MANY);
      expect(await switchNativeImport(wanted, false, client)).to.equal(said);
      expect(writes()).to.deep.equal(call);
      expect(await nativeSubscription(client)).to.equal(wanted === "on" ? OWN : undefined);
      expect(await switchNativeImport(wanted, false, client), "twice").to.equal(`nothing to do: ${WHERE} is ${wanted}`);
      expect(writes(), "twice").to.deep.equal(call);
    });

    it(`switches from ${is} to ${wanted}, with --dry-run`, async () => {
      await start(is === "on" ? [...MANY, NATIVE] : MANY);
      const would = is === wanted ? said : `would switch ${WHERE} from ${is} to ${wanted}; --dry-run changes nothing`;
      expect(await switchNativeImport(wanted, true, client)).to.equal(would);
      expect(writes()).to.deep.equal([]);
      expect(await nativeSubscription(client)).to.equal(is === "on" ? OWN : undefined);
    });
  }
});
