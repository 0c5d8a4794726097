/** Packages: what rpm and dnf do with them. */
import { dnf5Command } from "../dnf5/dnf5.ts";
import { family } from "../family.ts";
import { RPM } from "../rpm/index.ts";

export const packages = family(({ host }) => [dnf5Command(host), ...RPM]);
