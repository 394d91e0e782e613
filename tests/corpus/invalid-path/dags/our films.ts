import { Dag } from "dagwright"; // expect-file invalid-path

new Dag("films", { tags: ["t"], defaultArgs: { retries: 2 } });
