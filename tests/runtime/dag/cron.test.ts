import { expect, test } from "vitest";
import { parseCron } from "../../../runtime/dag/cron.ts";

test.each([
  ["*/15 6-8 1,15 JAN-MAR mon-fri", { minutes: [0, 15, 30, 45], hours: [6, 7, 8], daysOfMonth: [1, 15] }],
  ["5/20 * * * *", { minutes: [5, 25, 45] }],
  ["10-30/10 * * * *", { minutes: [10, 20, 30] }],
  ["0 0 * * 7", { daysOfWeek: [0] }],
  ["0 0 * * 5-7", { daysOfWeek: [0, 5, 6] }],
  ["0 0 * * */2", { daysOfWeek: [0, 2, 4, 6] }],
  ["0 0 * * SUN/3", { daysOfWeek: [0, 3, 6] }],
  ["  0   0 * * *  ", { minutes: [0], hours: [0] }],
  ["@quarterly", { daysOfMonth: [1], months: [1, 4, 7, 10] }],
  ["0 0 13 * FRI", { isEveryDayOfMonth: false, isEveryDayOfWeek: false }],
  ["0 0 13 * *", { isEveryDayOfMonth: false, isEveryDayOfWeek: true }],
  ["0 0 */2 * 0-6", { isEveryDayOfMonth: false, isEveryDayOfWeek: true }],
  ["0 0 13 * 0-6", { isEveryDayOfMonth: false, isEveryDayOfWeek: false }],
])("%s is read as croniter reads it", (expression, fields) => {
  expect(parseCron(expression)).toMatchObject({ ok: true, fields });
});

test.each([
  ["", /has 0 fields, not 5/],
  ["* * * *", /has 4 fields, not 5/],
  ["* * * * * *", /has 6 fields: seconds are not supported/],
  ["60 * * * *", /"60" is no value of the minute field.*use 0-59/],
  ["* 24 * * *", /"24" is no value of the hour field/],
  ["* * 0 * *", /"0" is no value of the day of month field/],
  ["* * * 13 *", /"13" is no value of the month field.*JAN/],
  ["* * * * 8", /"8" is no value of the day of week field/],
  ["* * * * 7-7", /"7-7" in the day of week field holds one value.*write 7/],
  ["5-5/2 * * * *", /"5-5" in the minute field holds one value/],
  ["*,5 * * * *", /"\*,5" in the minute field has a star beside other values/],
  ["* * * * FUN", /"FUN" is no value/],
  ["-1 * * * *", /"-1" is no value/],
  ["1-2-3 * * * *", /"1-2-3" is no value/],
  ["1, * * * *", /"" is no value/],
  ["*/x * * * *", /"\*\/x" is no value/],
  ["*/0 * * * *", /step of "\*\/0" in the minute field is out of range/],
  ["*/99 * * * *", /step of "\*\/99"/],
  ["30-10 * * * *", /"30-10" in the minute field runs backwards/],
  ["0 0 ? * *", /Quartz/],
  ["0 0 L * *", /last days/],
  ["0 0 15W * *", /last days/],
  ["0 0 * * 5L", /last days/],
  ["0 0 * * MON#2", /nth weekday/],
  ["0 0 30 2 *", /never happens: no such month has a day 30/],
  ["0 0 31 4,6,9,11 *", /never happens/],
  ["@dayly", /unknown preset "@dayly".*Did you mean @daily\?/],
  ["@reboot", /unknown preset "@reboot".*Accepted: @hourly/],
  ["@midnight", /unknown preset.*write @daily/],
])("%j is refused with a reason and a remedy", (expression, message) => {
  const result = parseCron(expression);
  expect(result.ok ? "accepted" : `${result.problem.text}. ${result.problem.remedy}`).toMatch(message);
});

test("a day that no month has still happens when a weekday is given too", () => {
  expect(parseCron("0 0 30 2 MON").ok).toBe(true);
});
