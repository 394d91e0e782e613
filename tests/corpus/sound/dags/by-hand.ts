import { Dag } from "dagwright";

for (const table of ["actor", "film"]) {
  const dag = new Dag(`copy_${table}`, { schedule: null, tags: ["sound"], defaultArgs: { retries: 3 } });
  for (const step of ["clean", "copy"]) dag.bash(`${step}_${table}`, `echo ${step}`);
}
