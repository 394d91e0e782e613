import { Dag } from "dagwright";

new Dag("films_once", { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } });
