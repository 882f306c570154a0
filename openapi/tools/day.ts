/**
 * A day at a conference, lived through the generated client against a running server: sign in, create, import, claim,
 * scan without signal, deliver, tap, ask for a talk, accept. Ends with an error if anything is not as it should be.
 *
 *   node day.ts http://127.0.0.1:8000 /path/to/outbox olga@example.org
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { createClient } from "./generated/typescript/client/index.ts";
import * as hallway from "./generated/typescript/index.ts";
import type { Problem, ScanIn, TokensOut } from "./generated/typescript/index.ts";

const [url, outbox, organizer] = process.argv.slice(2) as [string, string, string];
const day = 24 * 60 * 60 * 1000;
const at = (milliseconds: number) => new Date(milliseconds).toISOString();

/** What was answered; a failure ends the day, and says its code. */
function good<T>(answer: { data?: T; error?: unknown; response?: Response }): T {
  const problem = answer.error as Problem | undefined;
  assert(answer.response?.ok, `${answer.response?.url}: ${problem?.code} ${problem?.title}`);
  return answer.data as T;
}

/** The code that was mailed, as a person would read it off the notification. */
async function mailedCode(email: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++, await sleep(100)) {
    for (const name of await readdir(outbox).catch(() => [])) {
      const mail = await readFile(`${outbox}/${name}`, "utf8");
      const code = /^Subject:.*\b(\d{6})\b/m.exec(mail)?.[1];
      if (code && mail.includes(`To: ${email}`)) return code;
    }
  }
  throw new Error(`no code was mailed to ${email}`);
}

async function signIn(email: string) {
  const client = createClient({ baseUrl: url });
  const { request_id } = good(await hallway.requestSignInCode({ client, body: { email } }));
  const code = await mailedCode(email);
  let tokens: TokensOut = good(await hallway.signIn({ client, body: { request_id, code, label: "day.ts" } }));
  tokens = good(await hallway.refreshSession({ client, body: { refresh_token: tokens.refresh_token } }));
  client.setConfig({ auth: () => tokens.access_token });
  return { client, email, id: tokens.person_id };
}

// The organizer creates the event and imports who comes.
const olga = await signIn(organizer);
const event_id = randomUUID();
const path = { event_id };
const event = {
  id: event_id,
  name: "A day in TypeScript",
  zone: "Europe/Paris",
  starts_at: at(Date.now() - day / 24),
  ends_at: at(Date.now() + day / 24),
};
good(await hallway.createEvent({ client: olga.client, body: event }));
const again = await hallway.createEvent({ client: olga.client, body: event });
assert.equal(again.response?.status, 200);
const list = "Name;E-mail\nAda Lovelace;ada@example.org\nGrace Hopper;grace@example.org\n";
const imported = good(
  await hallway.importAttendees({ client: olga.client, path, body: list, headers: { "Content-Type": "text/csv" } }),
);
assert.deepEqual([imported.created, imported.problems], [2, []]);

// Two people sign in, claim their places, and get badges.
const [ada, grace] = await Promise.all([signIn("ada@example.org"), signIn("grace@example.org")]);
const words = good(await hallway.listConsentTexts({ client: ada.client }));
for (const { client } of [ada, grace]) {
  const body = { consents: { listed: true, text_version: words.version } };
  const claimed = good(await hallway.claimAttendance({ client, path, body }));
  assert.equal(claimed.status, "expected");
}
const [adas, graces] = await Promise.all(
  [ada, grace].map(async ({ client }) => good(await hallway.getMyBadge({ client, path }))),
);
assert(adas && graces);

// Ada's phone scans without signal: Grace, Grace again, and by mistake itself.
const device_id = randomUUID();
const { device_token } = good(
  await hallway.registerDevice({
    client: ada.client,
    path: { device_id },
    body: { platform: "ios", label: "Ada's phone", zone: "Europe/Paris" },
  }),
);
const captured = (sequence: number, code: string): ScanIn => ({
  id: randomUUID(),
  sequence,
  code,
  purpose: "meet",
  captured_at: at(Date.now() - 1000),
});
const items = [captured(1, graces.code), captured(2, graces.code), captured(3, adas.code)];

// It delivers them later, with the device's token alone; a lost answer costs nothing.
const device = createClient({ baseUrl: url, auth: () => device_token });
const batch = { device_id, device_time: at(Date.now()), items };
const first = good(await hallway.syncScans({ client: device, path, body: batch }));
assert.deepEqual(
  first.items.map(({ outcome, code }) => [outcome, code]),
  [["recorded", null], ["recorded", null], ["refused", "own_badge"]],
);
const second = good(await hallway.syncScans({ client: device, path, body: batch }));
assert.deepEqual(
  second.items.map(({ outcome, state }) => [outcome, state]),
  [["repeated", "recorded"], ["repeated", "recorded"], ["repeated", "refused"]],
);
const state = good(
  await hallway.getSyncState({ client: device, path, query: { device_id, last_sequence: items.length } }),
);
assert.equal(state.safe_to_wipe, true);

// They met; both tap that they want to talk again.
const met = good(await hallway.listConnections({ client: ada.client }));
assert.deepEqual(met.items.map(({ person_id }) => person_id), [grace.id]);
for (const [one, other] of [[ada, grace], [grace, ada]] as const) {
  good(await hallway.setSignal({ client: one.client, path: { person_id: other.id }, body: { signal: "yes" } }));
}

// Ada asks for a talk at a time that suits both; Grace accepts.
for (const { client } of [ada, grace]) {
  const { version } = good(await hallway.getAvailability({ client }));
  const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"] as const;
  good(
    await hallway.updateAvailability({
      client,
      headers: { "If-Match": `"${version}"` },
      body: { windows: weekdays.map((weekday) => ({ weekday, start: "09:00", end: "18:00" })) },
    }),
  );
}
const slots = good(
  await hallway.findCommonSlots({ client: ada.client, query: { with_person_id: grace.id, minutes: 20 } }),
);
assert(slots.items[0]);
const asked = good(
  await hallway.requestInterview({
    client: ada.client,
    body: {
      id: randomUUID(),
      host_id: grace.id,
      event_id,
      purpose: "learn",
      ask: "How did you find the first bug?",
      minutes: 20,
      slots: [slots.items[0].starts_at],
    },
  }),
);
const accepted = good(
  await hallway.acceptInterview({
    client: grace.client,
    path: { interview_id: asked.id },
    body: { proposal: asked.proposal, place: "Table 12" },
  }),
);
assert.deepEqual([accepted.state, accepted.starts_at], ["scheduled", slots.items[0].starts_at]);

// A program decides by the code of a failure.
const late = await hallway.acceptInterview({
  client: ada.client,
  path: { interview_id: asked.id },
  body: { proposal: asked.proposal },
});
assert.equal((late.error as Problem).code, "no_longer_open");
console.log("The day went well.");
