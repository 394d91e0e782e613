import { Dag } from "dagwright";

new Dag("rejects", { startDate: "2024-01-01", tags: ["corpus"], defaultArgs: { retries: 2 } }).empty("a");
Promise.reject(new Error("later")); // expect import-error
