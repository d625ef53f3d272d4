// Where the two components of the code panel meet: one brings the text, which is large and seldom changes; the other
// brings what is selected and takes the events, which change with every click. So a click does not send the text again.
export const meeting = (globalThis.layerloomCode ??= { link: null, repaint: null });
