// The small half of the code panel: what is selected, what came of the last reading, and the events. It shows nothing.
import { whenGone } from "./elements.js";
import { acknowledge, closeOutbox, newOutbox, send } from "./outbox.js";
import { meeting } from "./code_meeting.js";

export default function ({ data, parentElement, setTriggerValue }) {
  const outbox = newOutbox("code");
  acknowledge(outbox, data.acknowledged, setTriggerValue);
  parentElement.querySelector(".link").hidden = true;
  meeting.link = { data, waits: outbox.waiting.length > 0, send: (type, fields) => send(outbox, type, fields) };
  meeting.repaint?.();
  return whenGone(parentElement, () => closeOutbox(outbox));
}
