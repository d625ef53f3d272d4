// The keys that edit, the same in the canvas and in the layer list.

// The event that a key stands for, as [type, fields]; null for other keys.
export function editOf(event, id) {
  if (event.ctrlKey || event.metaKey) return commandOf(event, id);
  if (!id) return null;
  if (event.altKey) return moveOf(event.key, id);
  return event.key === "Delete" || event.key === "Backspace" ? ["delete", { id }] : null;
}

function commandOf(event, id) {
  const key = event.key.toLowerCase();
  if (key === "z") return [event.shiftKey ? "redo" : "undo", {}];
  if (key === "y") return ["redo", {}];
  return key === "d" && id ? ["duplicate", { id }] : null;
}

function moveOf(key, id) {
  if (key === "ArrowUp") return ["move", { id, by: -1 }];
  return key === "ArrowDown" ? ["move", { id, by: 1 }] : null;
}
