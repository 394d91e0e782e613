import { Dag } from "dagwright"; // expect-file invalid-path

new Dag("sizes", { tags: ["t"], defaultArgs: { retries: 2 } });
