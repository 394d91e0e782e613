import { Dag } from "dagwright";
import { tables } from "./no-such-file.ts"; // expect import-error

new Dag("unresolved", { tags: tables, defaultArgs: { retries: 2 } });
