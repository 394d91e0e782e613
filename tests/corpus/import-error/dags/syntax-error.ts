import { Dag } from "dagwright";

new Dag("syntax_error", { tags: ["t"] defaultArgs: { retries: 2 } }); // expect import-error
