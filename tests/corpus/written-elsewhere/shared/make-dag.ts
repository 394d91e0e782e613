import { Dag } from "dagwright";

export function makeDag(id: string) {
  const dag = new Dag(id, { tags: ["t"] }); // expect retries-minimum retries-minimum
  dag.bash("list", "ls");
}
