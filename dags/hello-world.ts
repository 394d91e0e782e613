import { Dag } from "dagwright";

/** Says hello every day. */
export const dag = new Dag("hello_world", {
  schedule: "@daily",
  startDate: "2024-01-01",
  tags: ["example"],
  defaultArgs: { retries: 2, retryDelay: 60 },
});

dag.bash("say_hello", 'echo "Hello, world"');
