import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

/** What this program installs and writes. */
export const WORK = join(REPOSITORY, "build", "corpus", "work");

/** The programs of the packages that the repository depends on. */
export const PROGRAMS = join(REPOSITORY, "node_modules", ".bin");
