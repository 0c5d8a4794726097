/** What Fedora's `updates` says of its builds. @simplified The holes are made up, and so are the numbers that they bear. */
import type { Advisory } from "./advisories.ts";

const bug = (number: number, title: string): Advisory["references"][number] => ({
  url: `https://bugzilla.redhat.com/show_bug.cgi?id=${number}`,
  title,
});

export const FEDORA_ADVISORIES: readonly Advisory[] = [
  {
    id: "FEDORA-2026-4b1c8d70ae",
    kind: "security",
    severity: "important",
    issued: 1768150800,
    title: "firefox-146.0.1-2.fc43",
    packages: ["firefox-146.0.1-2.fc43.x86_64"],
    references: [bug(9000117, "CVE-2026-90117 firefox: memory safety bugs [fedora-43]")],
  },
  {
    id: "FEDORA-2026-0d93e15f27",
    kind: "bugfix",
    severity: "unknown",
    issued: 1768150800,
    title: "bash-5.3.0-3.fc43",
    packages: ["bash-5.3.0-3.fc43.x86_64"],
    references: [bug(9000098, "bash: completion forgets a trailing slash")],
  },
  {
    id: "FEDORA-2026-92a6f01c3b",
    kind: "security",
    severity: "moderate",
    issued: 1768410000,
    title: "openssl-3.5.4-2.fc43",
    packages: ["openssl-1:3.5.4-2.fc43.x86_64", "openssl-libs-1:3.5.4-2.fc43.x86_64"],
    references: [
      bug(9000133, "CVE-2026-90133 openssl: out-of-bounds read in certificate parsing [fedora-43]"),
      bug(9000134, "CVE-2026-90134 openssl: timing difference in decryption [fedora-43]"),
    ],
  },
  {
    id: "FEDORA-2026-c7405b8e91",
    kind: "security",
    severity: "critical",
    issued: 1768410000,
    title: "firefox-147.0-1.fc43",
    packages: ["firefox-147.0-1.fc43.x86_64"],
    references: [bug(9000140, "CVE-2026-90140 firefox: use after free in a media decoder [fedora-43]")],
  },
  {
    id: "FEDORA-2026-5e2fd8a604",
    kind: "security",
    severity: "low",
    issued: 1768410000,
    title: "sudo-1.9.17-8.p2.fc43",
    packages: ["sudo-1.9.17-8.p2.fc43.x86_64"],
    references: [bug(9000129, "CVE-2026-90129 sudo: a host name is compared too loosely [fedora-43]")],
  },
];
