// Tags from an agreed list: a tag of one's own is found by nobody.

import { suggest } from "../../runtime/did-you-mean.ts";
import { inDag, type Rule } from "./rule.ts";

export const tagPolicy: Rule = {
  code: "tag-policy",
  group: "convention",
  severity: "error",
  summary: "every tag is one of those that the configuration approves",
  options: {
    approved: {
      kind: "texts",
      default: null,
      description: 'Write approved: ["sales", "finance"]; without it every tag is',
    },
  },
  view: "dag",
  check: (dag, options) => {
    const approved = options["approved"] as readonly string[] | null;
    if (approved === null) return [];
    return dag.model.tags
      .filter((tag) => !approved.includes(tag))
      .map((tag) => ({
        at: inDag(dag, "tags", { element: tag }),
        text: `tag ${JSON.stringify(tag)} is not approved`,
        remedy: suggest(tag, approved),
      }));
  },
};
