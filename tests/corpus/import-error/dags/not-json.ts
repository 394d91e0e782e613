// expect-file import-error
import { Dag } from "dagwright";

new Dag("not_json", { tags: ["t"], defaultArgs: { retries: Number.NaN } });
