import { Dag } from "dagwright";

new Dag("throws", { tags: ["t"], defaultArgs: { retries: 2 } });

throw new Error("no such table"); // expect import-error
