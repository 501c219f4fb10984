/** The platforms of synthetic fleets, each with a few packages. All names are realistic, and all data is made up. */

export interface PatchedPackage {
  readonly id: string;
  readonly title: string;
  readonly classification: string;
  /** The vendor's severity. On Ubuntu it is a package priority. */
  readonly severity: string;
  /** Comma-separated, or "" for none. */
  readonly cves: string;
}

export interface Platform {
  readonly type: "Windows" | "Linux";
  readonly name: string;
  readonly version: string;
  readonly packages: readonly PatchedPackage[];
}

export const PLATFORMS: readonly Platform[] = [
  {
    type: "Windows",
    name: "Microsoft Windows Server 2022 Datacenter",
    version: "10.0.20348",
    packages: [
      windows(
        "KB5068781",
        "Cumulative Update for Windows Server 2022",
        "SecurityUpdates",
        "Critical",
        "CVE-2026-40361",
      ),
      windows("KB5066133", "Update for .NET Framework 4.8", "SecurityUpdates", "Important", "CVE-2026-35421"),
      windows("KB5005112", "Servicing Stack Update", "SecurityUpdates", "Moderate", ""),
      windows("KB890830", "Windows Malicious Software Removal Tool x64", "UpdateRollups", "Unspecified", ""),
    ],
  },
  {
    type: "Linux",
    name: "Amazon Linux",
    version: "2023",
    packages: [
      linux("kernel.x86_64", "6.1.155-176.282.amzn2023", "Important", "CVE-2026-22998,CVE-2026-23001"),
      linux("openssl-libs.x86_64", "3.0.8-1.amzn2023.0.21", "Critical", "CVE-2026-28387"),
      linux("python3.x86_64", "3.9.25-1.amzn2023.0.4", "Medium", "CVE-2026-25645"),
      linux("vim-minimal.x86_64", "9.1.1829-1.amzn2023.0.1", "Low", "CVE-2026-25749"),
    ],
  },
  {
    type: "Linux",
    name: "Red Hat Enterprise Linux",
    version: "9.6",
    packages: [
      linux("kernel.x86_64", "5.14.0-611.9.1.el9", "Important", "CVE-2026-22998"),
      linux("sqlite-libs.x86_64", "3.34.1-9.el9", "Moderate", "CVE-2026-26965"),
      linux("telnet.x86_64", "0.17-85.el9", "Low", "CVE-2026-24061"),
      linux("glibc.x86_64", "2.34-231.el9", "Critical", "CVE-2026-20861"),
    ],
  },
  {
    type: "Linux",
    name: "Ubuntu",
    version: "22.04",
    packages: [
      linux("libc6.amd64", "2.35-0ubuntu3.13", "Required", ""),
      linux("openssl.amd64", "3.0.2-0ubuntu1.24", "Important", ""),
      linux("libxml2.amd64", "2.9.13+dfsg-1ubuntu0.11", "Optional", ""),
    ],
  },
];

function windows(id: string, what: string, classification: string, severity: string, cves: string): PatchedPackage {
  return { id, title: `2026-11 ${what} (${id})`, classification, severity, cves };
}

function linux(id: string, version: string, severity: string, cves: string): PatchedPackage {
  return { id, title: `${id}:0:${version}`, classification: "Security", severity, cves };
}
