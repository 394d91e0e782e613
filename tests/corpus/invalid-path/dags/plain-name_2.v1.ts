import { Dag } from "dagwright";

new Dag("plain", { tags: ["t"], defaultArgs: { retries: 2 } });
