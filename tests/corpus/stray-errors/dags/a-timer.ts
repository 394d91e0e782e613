import { Dag } from "dagwright";

new Dag("timer", { tags: ["t"], defaultArgs: { retries: 2 } }).empty("a");
setTimeout(() => {
  throw new Error("in a timer"); // expect import-error
});
